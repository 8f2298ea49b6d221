import { stateWords } from '../../charts/experiment/words.ts'
import { formatInstant } from '../../charts/format.ts'
import { subjectOf } from '../../domain/words/wording.ts'
import { html, name, type Html } from '../html/html.ts'
import { nothing, section } from '../html/parts.ts'
import { table, type TableColumn } from '../html/table.ts'
import type { ModelReport, Part } from './data.ts'
import { unavailable } from './figure.ts'

/** What people noted and did: incidents, annotations, experiments and retrainings. */
export function experimentSections(report: ModelReport): Html[] {
  const { from, to } = report
  const reaches = (begin: string, end: string | null) => begin < to && (end === null || end > from)
  return [
    listed(report.incidents, 'Incidents', 'No incident of this model was open in the period.', {
      rows: ({ incidents, next_cursor }) => [incidents, next_cursor],
      columns: [
        { title: 'Incident', isName: true, cell: ({ title }) => name(title) },
        {
          title: 'Status',
          cell: ({ status, verdict }) => `${status}${verdict ? `, ${verdict.replaceAll('_', ' ')}` : ''}`,
        },
        { title: 'Began', kind: 'time', cell: ({ started_at }) => formatInstant(started_at) },
        {
          title: 'Closed',
          kind: 'time',
          cell: ({ closed_at }) => (closed_at === null ? '–' : formatInstant(closed_at)),
        },
        { title: 'Alerts', kind: 'number', cell: ({ alerts }) => alerts.length },
        { title: 'With', cell: ({ assignee }) => (assignee === null ? '–' : name(assignee)) },
      ],
    }),
    listed(report.annotations, 'Annotations', 'Nothing was annotated in the period.', {
      rows: ({ annotations, next_cursor }) => [annotations, next_cursor],
      columns: [
        { title: 'From', kind: 'time', cell: ({ from }) => formatInstant(from) },
        { title: 'To', kind: 'time', cell: ({ to: end }) => (end === null ? '–' : formatInstant(end)) },
        { title: 'Kind', cell: ({ kind }) => kind },
        { title: 'Text', isName: true, cell: ({ text }) => name(text) },
        { title: 'By', cell: ({ created_by }) => name(created_by) },
      ],
    }),
    listed(report.experiments, 'Experiments', 'No experiment ran in the period.', {
      rows: ({ experiments, next_cursor }) => [
        experiments.filter(
          ({ standing }) =>
            standing === null || reaches(standing.started_at, standing.closed?.at ?? standing.decided_at),
        ),
        next_cursor,
      ],
      columns: [
        { title: 'Experiment', isName: true, cell: (one) => name(one.name) },
        { title: 'Champion', cell: ({ champion }) => name(champion) },
        { title: 'Challenger', cell: ({ challenger }) => name(challenger) },
        {
          title: 'State',
          cell: ({ standing }) => (standing === null ? 'not started' : stateWords(standing.state)),
        },
        { title: 'Decision', cell: ({ standing }) => standing?.closed?.decision ?? 'none yet' },
      ],
      below: ({ standing }) => standing?.problem ?? standing?.reason ?? '',
    }),
    listed(report.retrains, 'Retrainings', 'No retraining was requested in the period.', {
      rows: ({ retrains, next_cursor }) => [
        retrains.filter(({ created_at }) => created_at >= from && created_at < to),
        next_cursor,
      ],
      columns: [
        { title: 'Requested', kind: 'time', cell: ({ created_at }) => formatInstant(created_at) },
        {
          title: 'Because of',
          isName: true,
          cell: ({ kind }) => (kind === 'manual' ? 'request by a person' : subjectOf(kind)),
        },
        { title: 'Status', cell: ({ status }) => status.replaceAll('_', ' ') },
        { title: 'Since', kind: 'time', cell: ({ status_since }) => formatInstant(status_since) },
        { title: 'Version', cell: ({ version }) => (version === null ? '–' : name(version)) },
      ],
      below: ({ note }) => note,
    }),
  ]
}

interface List<T, Row> {
  /** The rows of the period, and where the API goes on if it has more than it answered. */
  rows: (answer: T) => [rows: readonly Row[], next: string | undefined]
  columns: readonly TableColumn<Row>[]
  below?: (row: Row) => string
}

function listed<T, Row>(
  part: Part<T>,
  title: string,
  none: string,
  { rows, columns, below }: List<T, Row>,
): Html {
  const id = title.toLowerCase()
  if (part.status !== 'ready') return section({ title, id, body: unavailable(title, part.reason) })
  const [all, next] = rows(part.data)
  const cut =
    next !== undefined && nothing('There are more than the first thousand; the API lists all of them.')
  const body = all.length === 0 ? nothing(none) : table(title, columns, all, { below })
  return section({ title, id, body: html`${body}${cut}` })
}

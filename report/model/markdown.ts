import { formatCount, formatInstant, formatNumber, formatPercent } from '../../charts/format.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { memberName, statisticName, subjectOf } from '../../domain/words/wording.ts'
import { verdictText } from '../html/parts.ts'
import { folded, inMarkdown, markdownTable } from '../markdown/markdown.ts'
import type { ModelReport } from './data.ts'
import { findingRows } from './quality.ts'
import { firedFor, headline, metricWords } from './words.ts'

const LONGEST_SENTENCE = 300
/** GitHub takes a comment of at most 65,536 characters. */
const MOST_ROWS = 40

/** The report in short, for an issue, a pull request or a chat. */
export function modelMarkdown(report: ModelReport): string {
  const { model, from, to, release, createdAt } = report
  return `${[
    `### ${inMarkdown(model.name)}: ${headline(report)}`,
    `${formatInstant(from)} to ${formatInstant(to)}`,
    alerts(report),
    worst(report),
    performance(report),
    quality(report),
    events(report),
    `<sub>Made by Driftgauge ${release} on ${formatInstant(createdAt)}.</sub>`,
  ].join('\n\n')}\n`
}

function alerts(report: ModelReport): string {
  if (report.alerts.length === 0) return '**Alerts:** none fired.'
  const rows = report.alerts.map((alert) => [
    verdictText(alert.severity),
    `${subjectOf(alert.kind)} (${inMarkdown(alert.monitor)})`,
    formatInstant(alert.first_at),
    firedFor(alert, report),
    inMarkdown(alert.summary, LONGEST_SENTENCE),
  ])
  return limited(rows, ['Severity', 'Alert', 'Began', 'Fired for', 'What happened'])
}

function worst({ worst: columns }: ModelReport): string {
  if (columns.length === 0) return '**Drift:** no column reached a threshold.'
  const rows = columns.map(({ result }) => [
    verdictText(result.verdict as Verdict),
    inMarkdown(memberName(result)),
    formatNumber(result.effect),
    formatInstant(result.window_end),
    inMarkdown(result.explanation, LONGEST_SENTENCE),
  ])
  return `**Columns that drifted most**\n\n${limited(rows, ['Verdict', 'Column', 'Effect', 'Worst window ends', 'What happened'])}`
}

function performance({ performance: part }: ModelReport): string {
  if (part.status !== 'ready')
    return `**Performance:** not available. ${inMarkdown(part.reason, LONGEST_SENTENCE)}`
  const { primary, baseline, total } = part.data
  if (total.labelled === 0)
    return `**Performance:** none of ${formatCount(total.predictions)} predictions has its label yet.`
  return `**Performance:** ${statisticName(primary)} ${metricWords(total.metrics[primary])}, in the baseline ${metricWords(baseline.metrics[primary])}; ${formatCount(total.predictions)} predictions, ${formatPercent(total.coverage)} of them labelled.`
}

function quality({ findings }: ModelReport): string {
  const parts = findings.flatMap(({ monitor, findings: part }) =>
    part.status === 'ready'
      ? findingRows(part.data).map(({ severity, about, what, cells }) => [
          verdictText(severity),
          about === undefined ? 'all data' : inMarkdown(about),
          what,
          `${cells} of ${part.data.window_ends.length}`,
        ])
      : [['–', inMarkdown(monitor), inMarkdown(part.reason, LONGEST_SENTENCE), '–']],
  )
  if (findings.length === 0) return '**Data quality:** no monitor checks it.'
  if (parts.length === 0) return '**Data quality:** nothing was wrong.'
  return folded(
    `Data quality: ${parts.length} finding${parts.length === 1 ? '' : 's'}`,
    limited(parts, ['Worst', 'Column', 'In the newest window', 'Windows']),
  )
}

function events({ incidents, annotations, from, to, retrains }: ModelReport): string {
  const lines = [
    ...(incidents.status === 'ready'
      ? incidents.data.incidents.map(({ title, status }) => `Incident ${inMarkdown(title)}, ${status}`)
      : []),
    ...(annotations.status === 'ready'
      ? annotations.data.annotations.map(
          ({ text, from: at }) => `${formatInstant(at)}: ${inMarkdown(text, LONGEST_SENTENCE)}`,
        )
      : []),
    ...(retrains.status === 'ready'
      ? retrains.data.retrains
          .filter(({ created_at }) => created_at >= from && created_at < to)
          .map(
            ({ created_at, status }) =>
              `${formatInstant(created_at)}: retraining, ${status.replaceAll('_', ' ')}`,
          )
      : []),
  ]
  if (lines.length === 0) return '**Incidents, annotations, retrainings:** none.'
  const shown = lines.slice(0, MOST_ROWS).map((line) => `- ${line}`)
  const rest = lines.length - shown.length
  return folded(
    `Incidents, annotations and retrainings: ${lines.length}`,
    [...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n'),
  )
}

function limited(rows: readonly string[][], titles: readonly string[]): string {
  const left = rows.length - MOST_ROWS
  const shown = markdownTable(titles.map((title) => ({ title })), rows.slice(0, MOST_ROWS)) // prettier-ignore
  return left <= 0
    ? shown
    : `${shown}\n\n${formatCount(left)} more are left out here; the API and the dashboard have them.`
}

import { formatCount, formatInstant } from '../../charts/format.ts'
import { html, name, type Html } from '../html/html.ts'
import { page } from '../html/page.ts'
import { badge, facts, nothing, section } from '../html/parts.ts'
import { table } from '../html/table.ts'
import { subjectOf } from '../../domain/words/wording.ts'
import type { ModelReport } from './data.ts'
import { driftSections } from './drift.ts'
import { experimentSections } from './changes.ts'
import { performanceSections } from './performance.ts'
import { qualitySection } from './quality.ts'
import { endOf, firedFor, headline } from './words.ts'

/** The report on a model as a page of its own. */
export function modelPage(report: ModelReport): string {
  const { model, from, to, baselines, release, createdAt } = report
  const active = baselines.baselines.find(({ version }) => version === baselines.active)
  return page({
    title: `${model.name}: ${headline(report)}`,
    head: html`<p class="eyebrow">Driftgauge report on ${name(model.name)}</p>
      <h1>${headline(report)}</h1>
      ${facts([
        ['Period', html`${formatInstant(from)} to ${formatInstant(to)}`],
        ['Model', `${model.task}, ${formatCount(Object.keys(model.features ?? {}).length)} features`],
        [
          'Active baseline',
          active
            ? html`${active.version} ${name(active.name)}
                <span class="soft">${formatCount(active.rows)} rows</span>`
            : 'none',
        ],
        [
          'Bound to versions',
          baselines.bound.length === 0
            ? 'none'
            : baselines.bound.map(({ version }, i) => html`${i > 0 && ', '}${name(version)}`),
        ],
      ])}`,
    body: [
      alertSection(report),
      ...driftSections(report),
      ...performanceSections(report),
      qualitySection(report),
      ...experimentSections(report),
      watched(report),
    ],
    foot: html`Made by Driftgauge ${release} on ${formatInstant(createdAt)}. Times are UTC.`,
  })
}

const ALERT_BYTES = 60_000

function alertSection(report: ModelReport): Html {
  const { alerts } = report
  const body =
    alerts.length === 0
      ? nothing('No alert of this model fired in the period.')
      : table(
          'Alerts in the period',
          [
            { title: 'Severity', cell: ({ severity }) => badge(severity) },
            { title: 'Alert', isName: true, cell: ({ kind }) => subjectOf(kind) },
            { title: 'Monitor', cell: ({ monitor }) => name(monitor) },
            { title: 'Began', kind: 'time', cell: ({ first_at }) => formatInstant(first_at) },
            { title: 'Ended', kind: 'time', cell: (alert) => optionalInstant(endOf(alert, report)) },
            { title: 'Fired for', cell: (alert) => firedFor(alert, report) },
          ],
          alerts,
          { below: ({ summary }) => summary, bytes: ALERT_BYTES },
        )
  return section({ title: 'Alerts', id: 'alerts', body })
}

const optionalInstant = (time: string | undefined) => (time === undefined ? '–' : formatInstant(time))

function watched({ monitors }: ModelReport): Html {
  const body =
    monitors.length === 0
      ? nothing('No monitor watches this model.')
      : table(
          'Monitors of the model',
          [
            { title: 'Monitor', isName: true, cell: (one) => name(one.name) },
            {
              title: 'Checks',
              cell: ({ checks = [] }) => checks.map((check) => check.replaceAll('_', ' ')).join(', '),
            },
            { title: 'Window', cell: ({ window }) => window },
            { title: 'Every', cell: ({ every }) => every },
            { title: 'Decides by', cell: ({ decide = 'psi' }) => decide.replaceAll('_', ' ') },
            { title: 'False alarms', cell: ({ false_alarms }) => false_alarms ?? 'default' },
          ],
          monitors,
        )
  return section({ title: 'What is watched', id: 'watched', body })
}

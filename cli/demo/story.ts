import { DAY_MS } from '../../domain/time.ts'
import type { Result } from '../../store/results/results.ts'
import type { ColumnEvaluation } from '../../detectors/verdict/evaluate.ts'
import { subject } from '../../alerts/message/wording.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { calendar } from './calendar.ts'
import { conceptStory, type LossChange } from './concept-story.ts'
import { breached, byColumn, date, day, ICONS, percent, verdictOf } from './findings.ts'
import type { Incident } from './incident.ts'
import type { ReceivedMessage } from './receiver.ts'

/** What the model is given and says, without what becomes of it. */
const INPUTS: readonly string[] = ['feature', 'prediction']

export interface Story {
  results: readonly Result[]
  columns: readonly BaselineColumn[]
  /** Ascending. */
  changes: readonly LossChange[]
  /** What was delivered, in the order of arrival. */
  messages: readonly ReceivedMessage[]
  /** First day that was replayed; epoch milliseconds. */
  from: number
  incidents: readonly Incident[]
}

/** What the replay found, as lines for a terminal. Says only what the results hold. */
export function tellStory({ results, columns, changes, messages, from, incidents }: Story): string[] {
  const within = results.filter((result) => day(result) >= from)
  const days = within.filter(({ windowEnd }) => windowEnd.getTime() % DAY_MS === 0)
  return [
    ...calendar(within, from),
    '',
    ...labelStory(days),
    '',
    ...conceptStory(within, columns, changes),
    '',
    ...incidents.flatMap((incident) => [...incidentStory(days, incident), '']),
    ...otherDriftStory(days, incidents),
    '',
    ...steadyStory(within.filter(({ kind }) => INPUTS.includes(kind))),
    '',
    ...alertStory(messages),
  ]
}

function labelStory(results: readonly Result[]): string[] {
  const labels = results.filter(({ kind }) => kind === 'label')
  const moved = labels.filter(breached)
  const rates = moved.flatMap((result) => lateShares(result))
  const lines = rates.map(
    ({ result, baseline, window }) =>
      `  ${ICONS[verdictOf(result)]} ${date(day(result))}  ${percent(window)} late (January: ${percent(baseline)})  PSI ${result.statistics.psi.toFixed(3)}`,
  )
  return [
    `Label drift on ${moved.length} of ${labels.length} days: the share of late flights changed.`,
    ...lines,
  ]
}

/** The share of late flights on both sides, where the evaluation names the class that moved. */
function lateShares(result: Result): { result: Result; baseline: number; window: number }[] {
  const { top } = result.evaluation as ColumnEvaluation
  if (top?.label.kind !== 'category') return []
  const late = top.label.value === 'late'
  return [
    { result, baseline: late ? top.baseline : 1 - top.baseline, window: late ? top.window : 1 - top.window },
  ]
}

function incidentStory(results: readonly Result[], incident: Incident): string[] {
  const found = results.filter(
    (result) => result.kind === 'feature' && result.column === incident.column && breached(result),
  )
  const within = found.filter((result) => isWithin(result, incident))
  const planted = `${incident.description}, ${date(incident.from)} to ${date(incident.to - DAY_MS)}`
  if (within.length === 0) return [`Missed the incident (${planted}).`]
  const psis = within.map(({ statistics }) => statistics.psi)
  return [
    `Found the incident (${planted}):`,
    `  ${ICONS[verdictOf(within[0])]} ${incident.column} drifted from ${date(day(within[0]))} to ${date(day(within.at(-1)!))}, ${within.length} days, PSI ${Math.min(...psis).toFixed(2)} to ${Math.max(...psis).toFixed(2)}.`,
    `  ${within[0].explanation}`,
    otherDays(found.length - within.length),
  ]
}

function otherDays(count: number): string {
  if (count === 0) return '  It did not drift on any other day.'
  return count === 1 ? '  It also drifted on one other day.' : `  It also drifted on ${count} other days.`
}

const isWithin = (result: Result, { column, from, to }: Incident) =>
  result.kind === 'feature' && result.column === column && day(result) >= from && day(result) < to

function otherDriftStory(results: readonly Result[], incidents: readonly Incident[]): string[] {
  const others = results.filter(
    (result) =>
      breached(result) &&
      INPUTS.includes(result.kind) &&
      !incidents.some((incident) => isWithin(result, incident)),
  )
  if (others.length === 0) return ['No other feature or prediction drifted on any day.']
  return [
    'Other drift, in the original data:',
    ...others.map(
      (result) =>
        `  ${ICONS[verdictOf(result)]} ${date(day(result))}  ${result.column}: ${result.explanation}`,
    ),
  ]
}

function steadyStory(results: readonly Result[]): string[] {
  const calm = [...byColumn(results)].filter(([, found]) => !found.some(breached))
  const isDoubtful = (result: Result) => verdictOf(result) === 'unconfirmed'
  const held = calm.filter(([, found]) => !found.some(isDoubtful))
  const doubtful = calm.filter(([, found]) => found.some(isDoubtful))
  return [
    held.length === 0
      ? 'No column was stable on every day.'
      : `Stable on every day, with the largest effect: ${largest(held)}.`,
    ...(doubtful.length === 0
      ? []
      : [`Beyond a threshold, but not distinguishable from chance: ${largest(doubtful)}.`]),
  ]
}

function largest(columns: readonly [key: string, results: Result[]][]): string {
  const parts = columns.map(([key, found]) => {
    const worst = Math.max(...found.map(({ effect }) => effect ?? 0))
    return `${key.split(' ')[1]} (${worst.toFixed(3)})`
  })
  return parts.join(', ')
}

/** One line per alert, from the message that it fires to the one that it resolved; the first message in full. */
function alertStory(messages: readonly ReceivedMessage[]): string[] {
  const lines = messages
    .filter(({ data }) => data.reason === 'first')
    .map(({ data: { kind, window_end: fired, severity, members } }) => {
      const over = messages.find(
        ({ data }) => data.kind === kind && data.reason === 'all_resolved' && data.window_end > fired,
      )
      const until = over === undefined ? 'still firing' : minute(over.data.window_end)
      const columns = members.map(({ column }) => column).join(', ')
      return `  ${ICONS[severity]} ${minute(fired)} to ${until}  ${subject(kind)}: ${columns}`
    })
  return [
    `${lines.length} alerts, sent in ${messages.length} signed messages to a web server that stands in for your team`,
    '(drift fires an alert after 2 breaches in 3 windows, which resolves after 2 clean ones; a data problem fires one at once;',
    'two windows a day, or one for concept drift):',
    ...lines,
    ...(messages.length > 0 ? ['', 'The first message:', `  ${messages[0].data.text}`] : []),
  ]
}

const minute = (instant: string) => instant.slice(0, 16).replace('T', ' ')

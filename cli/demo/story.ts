import type { Result } from '../../store/results.ts'
import type { Evaluation } from '../../detectors/evaluate.ts'
import type { Incident } from './incident.ts'
import type { ReceivedMessage } from './receiver.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** Icons that differ in shape, so that they read without colour. */
const ICONS = { ok: '·', warning: '▲', critical: '■', insufficient_data: '?' } as const
type Verdict = keyof typeof ICONS
const RANK: Record<Verdict, number> = { ok: 0, insufficient_data: 1, warning: 2, critical: 3 }

export interface Story {
  results: readonly Result[]
  /** What was delivered, in the order of arrival. */
  messages: readonly ReceivedMessage[]
  /** First day that was replayed; epoch milliseconds. */
  from: number
  incidents: readonly Incident[]
}

/** What the replay found, as lines for a terminal. Says only what the results hold. */
export function tellStory({ results, messages, from, incidents }: Story): string[] {
  const within = results.filter((result) => day(result) >= from)
  const days = within.filter(({ windowEnd }) => windowEnd.getTime() % DAY_MS === 0)
  return [
    ...calendar(within, from),
    '',
    ...labelStory(days),
    '',
    ...incidents.flatMap((incident) => [...incidentStory(days, incident), '']),
    ...otherDriftStory(days, incidents),
    '',
    ...steadyStory(within),
    '',
    ...alertStory(messages),
  ]
}

const verdictOf = (result: Result) => result.verdict as Verdict
const drifted = (result: Result) => RANK[verdictOf(result)] >= RANK.warning
const day = (result: Result) => result.windowEnd.getTime() - DAY_MS
const date = (time: number) => new Date(time).toISOString().slice(0, 10)

function byColumn(results: readonly Result[]): Map<string, Result[]> {
  const columns = new Map<string, Result[]>()
  for (const result of results) {
    const key = `${result.kind} ${result.column}`
    columns.set(key, [...(columns.get(key) ?? []), result])
  }
  return columns
}

/** One row a column, one sign a week: the worst verdict of its days. */
function calendar(results: readonly Result[], from: number): string[] {
  const last = Math.max(...results.map(day))
  const weeks = Array.from({ length: Math.floor((last - from) / WEEK_MS) + 1 }, (_, i) => from + i * WEEK_MS)
  const months = weeks.map((week, i) =>
    i === 0 || date(week).slice(0, 7) !== date(week - WEEK_MS).slice(0, 7) ? monthName(week) : '',
  )
  const lines = [...byColumn(results)].map(([key, found]) => {
    const [kind, column] = key.split(' ')
    const signs = weeks.map((week) =>
      worstSign(found.filter((result) => day(result) >= week && day(result) < week + WEEK_MS)),
    )
    return `  ${column.padEnd(12)} ${kind.padEnd(11)} ${signs.join(' ')}`
  })
  const header = `  ${'worst day of each week'.padEnd(24)} ${months.map((name) => name.slice(0, 3)).reduce(placeAt, '')}`
  return [
    header,
    ...lines,
    `  ${' '.repeat(24)} ${ICONS.ok} steady  ${ICONS.warning} warning  ${ICONS.critical} critical  ${ICONS.insufficient_data} too few rows`,
  ]
}

/** Writes a month's name above the week it begins in, two characters a week. */
function placeAt(line: string, name: string, week: number): string {
  return name === '' ? line : line.padEnd(2 * week) + name
}

function monthName(time: number): string {
  return new Date(time).toLocaleString('en', { month: 'short', timeZone: 'UTC' })
}

function worstSign(results: readonly Result[]): string {
  if (results.length === 0) return ' '
  const worst = results.reduce((a, b) => (RANK[verdictOf(b)] > RANK[verdictOf(a)] ? b : a))
  return ICONS[verdictOf(worst)]
}

function labelStory(results: readonly Result[]): string[] {
  const labels = results.filter(({ kind }) => kind === 'label')
  const moved = labels.filter(drifted)
  const rates = moved.flatMap((result) => lateShares(result))
  const lines = rates.map(
    ({ result, baseline, window }) =>
      `  ${ICONS[verdictOf(result)]} ${date(day(result))}  ${percent(window)} late (January: ${percent(baseline)})  PSI ${result.statistics.psi.toFixed(3)}`,
  )
  return [
    `Label drift on ${moved.length} of ${labels.length} days: the share of late flights moved.`,
    ...lines,
  ]
}

/** The share of late flights on both sides, where the evaluation names the class that moved. */
function lateShares(result: Result): { result: Result; baseline: number; window: number }[] {
  const { top } = result.evaluation as Evaluation
  if (top?.label.kind !== 'category') return []
  const late = top.label.value === 'late'
  return [
    { result, baseline: late ? top.baseline : 1 - top.baseline, window: late ? top.window : 1 - top.window },
  ]
}

function incidentStory(results: readonly Result[], incident: Incident): string[] {
  const found = results.filter((result) => result.column === incident.column && drifted(result))
  const within = found.filter((result) => isWithin(result, incident))
  const planted = `${incident.description}, ${date(incident.from)} to ${date(incident.to - DAY_MS)}.`
  if (within.length === 0) return [`Missed: ${planted}`]
  const psis = within.map(({ statistics }) => statistics.psi)
  return [
    `Found the incident (${planted})`,
    `  ${ICONS[verdictOf(within[0])]} ${incident.column} drifted from ${date(day(within[0]))} to ${date(day(within.at(-1)!))}, ${within.length} days, PSI ${Math.min(...psis).toFixed(2)} to ${Math.max(...psis).toFixed(2)}.`,
    `  ${within[0].explanation}`,
    otherDays(found.length - within.length),
  ]
}

function otherDays(count: number): string {
  if (count === 0) return '  On no other day did it move.'
  return count === 1 ? '  It moved on one other day too.' : `  It moved on ${count} other days too.`
}

const isWithin = (result: Result, { column, from, to }: Incident) =>
  result.column === column && day(result) >= from && day(result) < to

function otherDriftStory(results: readonly Result[], incidents: readonly Incident[]): string[] {
  const others = results.filter(
    (result) =>
      drifted(result) && result.kind !== 'label' && !incidents.some((incident) => isWithin(result, incident)),
  )
  if (others.length === 0) return ['No other feature or prediction drifted on any day.']
  return [
    'Other drift, in the data as it was:',
    ...others.map(
      (result) =>
        `  ${ICONS[verdictOf(result)]} ${date(day(result))}  ${result.column}: ${result.explanation}`,
    ),
  ]
}

function steadyStory(results: readonly Result[]): string[] {
  const columns = [...byColumn(results)].filter(([, found]) => !found.some(drifted))
  if (columns.length === 0) return ['No column held on every day.']
  const parts = columns.map(([key, found]) => {
    const worst = Math.max(...found.map(({ effect }) => effect ?? 0))
    return `${key.split(' ')[1]} (${worst.toFixed(3)})`
  })
  return [`Held on every day, with the largest effect that was seen: ${parts.join(', ')}.`]
}

/** One line an alert, from the message that it fires to the one that it is over; the first message in full. */
function alertStory(messages: readonly ReceivedMessage[]): string[] {
  const lines = messages
    .filter(({ data }) => data.reason === 'first')
    .map(({ data: { kind, window_end: fired, severity, members } }) => {
      const over = messages.find(
        ({ data }) => data.kind === kind && data.reason === 'all_resolved' && data.window_end > fired,
      )
      const until = over === undefined ? 'still firing' : minute(over.data.window_end)
      const columns = members.map(({ column }) => column).join(', ')
      return `  ${ICONS[severity]} ${minute(fired)} to ${until}  ${kind} drift: ${columns}`
    })
  return [
    `${lines.length} alerts, told in ${messages.length} signed messages to the web server that stands in for your team`,
    '(an alert fires after 2 breaches in 3 windows, two windows a day, and is over after 2 clean ones):',
    ...lines,
    ...(messages.length > 0 ? ['', 'The first message:', `  ${messages[0].data.text}`] : []),
  ]
}

const minute = (instant: string) => instant.slice(0, 16).replace('T', ' ')

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

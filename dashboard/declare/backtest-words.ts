import { kindWords } from '../../domain/drift-kind.ts'
import { MAX_BACKTEST_WINDOWS } from '../../domain/backtest.ts'
import { DURATION, parseDuration } from '../../domain/duration.ts'
import { DAY_MS } from '../../domain/time.ts'
import { formatCount, formatDay, plural } from '../format.ts'
import { RANGES, type Range } from '../state/period.ts'
import { isRecord } from '../../domain/json.ts'
import type { Declaration } from './declaration.ts'
import type { Answer } from '../queries/answer.ts'

type Backtest = Answer<'backtestDeclaration'>

/** `Would have fired 3 times in 178 windows.` */
export function firedWords({ fired, windows }: Backtest): string {
  if (windows === 0) return 'No window in this period has a verdict.'
  const times = fired === 0 ? 'would not have fired' : `would have fired ${plural(fired, 'time')}`
  return `The monitor ${times} in ${plural(windows, 'window')}.`
}

/** Days over which a budget of false alarms is given. */
const BUDGET_DAYS = 90

/** `That is 9 alerts in 90 days. The budget for false alarms is 1 per 90d: …` */
export function budgetWords({ from, to, fired, windows }: Backtest, budget: unknown): string {
  if (windows === 0 || fired === 0) return ''
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS
  const rate = Math.max(1, Math.round((fired * BUDGET_DAYS) / days))
  return (
    `At this rate it fires ${plural(rate, 'time')} in ${BUDGET_DAYS} days. The budget for false alarms is ` +
    `${typeof budget === 'string' ? budget : '1 per 90d'}: anything beyond that should be real drift. If it is not, raise the thresholds.`
  )
}

/** One alert in one line: `feature, critical, 3 Mar – 12 Mar: price and 2 more`. */
export function alertWords({
  kind,
  severity,
  fired_at,
  resolved_at,
  members,
}: Backtest['alerts'][number]): string {
  const until = resolved_at === null ? 'still firing at the end' : formatDay(resolved_at)
  const [first, ...others] = members.map(({ column }) => column)
  const named =
    first === undefined ? '' : others.length === 0 ? first : `${first} and ${formatCount(others.length)} more`
  return `${kindWords(kind)}, ${severity}, ${formatDay(fired_at)} – ${until}: ${named}`
}

/** The kinds that have effects to show, the one with most windows first. */
export function kindsOf({ worst }: Backtest): string[] {
  const counts = new Map<string, number>()
  for (const { kind } of worst) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!)
}

/** The largest effect outside the alerts of a kind, and thresholds that leave room above it. */
export interface Quiet {
  reach: number
  thresholds: { warning: number; critical: number }
}

export function quietWindows({ worst, alerts }: Backtest, kind: string): Quiet | undefined {
  const episodes = alerts
    .filter((alert) => alert.kind === kind)
    .map(({ fired_at, resolved_at, members }) => ({
      from: [fired_at, ...members.map(({ since }) => since)].sort()[0],
      to: resolved_at ?? '9999',
    }))
  const quiet = worst.filter(
    (one) => one.kind === kind && !episodes.some(({ from, to }) => one.end >= from && one.end <= to),
  )
  if (quiet.length < MIN_WINDOWS) return undefined
  const reach = Math.max(...quiet.map(({ effect }) => effect))
  const warning = roundedUp(Math.max(ROOM * reach, MIN_THRESHOLD))
  return { reach, thresholds: { warning, critical: roundedUp(CRITICAL_RATIO * warning) } }
}

/** With fewer, the largest of them says little of the next. */
const MIN_WINDOWS = 20
const ROOM = 1.25
/** As the default thresholds of PSI are to each other. */
const CRITICAL_RATIO = 2.5
/** A threshold below would tell of changes that matter to nobody. */
const MIN_THRESHOLD = 0.02
/** To two digits, which is as fine as anyone sets a threshold. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2))
}

/** The periods that a monitor with this schedule can be tried on at once. */
export function rangesFor(every: string): Range[] {
  const all = Object.keys(RANGES) as Range[]
  const step = every === 'hourly' ? parseDuration('1h') : DURATION.test(every) ? parseDuration(every) : DAY_MS
  return all.filter((range) => (RANGES[range] * DAY_MS) / step <= MAX_BACKTEST_WINDOWS)
}

/** A monitor without what makes no difference to when it fires, so that typing that tries nothing anew. */
export function decidingParts({ retrain: _, alert, ...monitor }: Declaration): Declaration {
  const { channels: __, repeat: ___, ...rest } = isRecord(alert) ? alert : {}
  return { ...monitor, ...(isRecord(alert) && { alert: rest }), name: 'backtest' }
}

import { kindWords } from '../../domain/drift-kind.ts'
import { formatDay, plural } from '../format.ts'
import type { Backtest } from '../queries/backtests.ts'

/** `Would have fired 3 times in 178 windows.` */
export function firedWords({ fired, windows }: Backtest): string {
  if (windows === 0) return 'No window of this period could be decided.'
  const times = fired === 0 ? 'would not have fired' : `would have fired ${plural(fired, 'time')}`
  return `The monitor ${times} in ${plural(windows, 'window')}.`
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
  const named = first === undefined ? '' : others.length === 0 ? first : `${first} and ${others.length} more`
  return `${kindWords(kind)}, ${severity}, ${formatDay(fired_at)} – ${until}: ${named}`
}

/** The kinds that have effects to show, the one with most windows first. */
export function kindsOf({ worst }: Backtest): string[] {
  const counts = new Map<string, number>()
  for (const { kind } of worst) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!)
}

/** Thresholds that would have made a warning in one window of fifty, and a critical breach in one of five hundred. */
export function suggestedThresholds(
  { worst }: Backtest,
  kind: string,
): { warning: number; critical: number } | undefined {
  const effects = worst.flatMap((one) => (one.kind === kind ? [one.effect] : [])).sort((a, b) => a - b)
  if (effects.length < MIN_WINDOWS) return undefined
  const at = (share: number) => effects[Math.min(effects.length - 1, Math.floor(share * effects.length))]
  const warning = rounded(Math.max(at(0.98), MIN_EFFECT))
  return { warning, critical: rounded(Math.max(at(0.998), 1.5 * warning)) }
}

const MIN_WINDOWS = 20
/** A threshold below would tell of changes that matter to nobody. */
const MIN_EFFECT = 0.01
/** Up to two digits. */
const rounded = (effect: number) => Number((Math.ceil(effect * 100) / 100).toPrecision(3))

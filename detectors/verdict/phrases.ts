/** Numbers as they stand in sentences, and sentences that several verdicts share. */
import { formatShare } from '../../domain/numbers/percent.ts'
import type { Thresholds } from '../../domain/thresholds.ts'

export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** A share; what is not there counts as none. */
export const percent = (share = 0) => formatShare(share)

export function effect(value = 0): string {
  return String(Number(value.toFixed(3)))
}

/** Three significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)))
}

/** Why an effect that reaches a threshold is no breach. The floor is left out where another test found it by chance. */
export function withinChance(
  { what, rows, format = effect }: { what: string; rows: string; format?: (value?: number) => string },
  change: { effect: number; noiseFloor?: number | undefined },
  thresholds: Thresholds,
): string {
  const name = change.effect >= thresholds.critical ? 'critical' : 'warning'
  const { noiseFloor = 0 } = change
  const floor = noiseFloor > change.effect ? ` (noise floor ${format(noiseFloor)})` : ''
  return `${what} ${format(change.effect)} reaches the ${name} threshold of ${format(thresholds[name])}, but with ${rows} it cannot be distinguished from chance${floor}.`
}

import { effectScale } from '../effect-scale.ts'
import { formatNumber } from '../format.ts'
import type { Theme } from '../theme.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { BREACH_SIGN, UNCONFIRMED_SIGN } from '../verdict.ts'

/** One entry of the heatmap's legend, which the page draws beside it. */
export interface LegendEntry {
  label: string
  /** From mild to grave; none for what has no colour. */
  colors: string[]
  /** What cells carry besides. */
  sign: '▲' | '■' | '▽' | 'hatching' | 'blank' | undefined
}

/** What the looks of cells mean. */
export function heatmapLegend(theme: Theme, thresholds: Thresholds): LegendEntry[] {
  const scale = effectScale(theme, thresholds)
  const colors = (family: string) => scale.filter((step) => step.family === family).map(({ color }) => color)
  return [
    { label: 'ok', colors: colors('neutral'), sign: undefined },
    { label: 'unconfirmed', colors: colors('unconfirmed'), sign: UNCONFIRMED_SIGN },
    ...(['warning', 'critical'] as const).map((name) => ({
      label: `${name}, from ${formatNumber(thresholds[name])}`,
      colors: colors(name),
      sign: BREACH_SIGN[name],
    })),
    { label: 'insufficient data', colors: [], sign: 'hatching' },
    { label: 'not evaluated', colors: [], sign: 'blank' },
  ]
}

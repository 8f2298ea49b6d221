import { palette, type Theme } from './theme.ts'
import type { Thresholds } from '../domain/thresholds.ts'
import type { Verdict } from '../domain/verdict.ts'

/** One step of the scale: cells of the family with an effect in `[from, next step's from)`. */
export interface EffectStep {
  family: 'neutral' | 'unconfirmed' | 'warning' | 'critical'
  /** Least effect; -Infinity for the first. */
  from: number
  color: string
}

/**
 * Colours of cells by effect, in steps: neutral up to the warning threshold, then the hue of warning, then of
 * critical, deeper from twice that threshold on. The families stay apart for colour-blind people in both themes.
 */
export function effectScale(theme: Theme, { warning, critical }: Thresholds): EffectStep[] {
  const colors = palette(theme)
  const neutral = colors.neutral.map((color, i, all): EffectStep => {
    return { family: 'neutral', from: i === 0 ? -Infinity : (i / all.length) * warning, color }
  })
  return [
    ...neutral,
    { family: 'unconfirmed', from: warning, color: colors.unconfirmed },
    { family: 'warning', from: warning, color: colors.warning },
    { family: 'critical', from: critical, color: colors.critical },
    { family: 'critical', from: 2 * critical, color: colors.extreme },
  ]
}

/**
 * The step of a cell. The verdict chooses the hue and the effect its depth: an effect beyond the thresholds that is
 * unconfirmed has a colour of its own, and a breach by missing values shows as one whatever the effect.
 * @returns an index into `scale`
 */
export function effectStep(
  scale: readonly EffectStep[],
  verdict: Exclude<Verdict, 'insufficient_data'>,
  effect: number | null,
): number {
  const family = verdict === 'ok' ? 'neutral' : verdict
  const reached = scale.findLastIndex((step) => step.family === family && (effect ?? -Infinity) >= step.from)
  return reached >= 0 ? reached : scale.findIndex((step) => step.family === family)
}

import type { Answer } from './queries/api.ts'

type Monitor = Answer<'listMonitors'>['monitors'][number]

/** What a monitor has where its declaration leaves it out. */
const DEFAULT_THRESHOLDS = { warning: 0.1, critical: 0.25 }

export const thresholdsOf = (monitor: Monitor | undefined) => monitor?.thresholds?.psi ?? DEFAULT_THRESHOLDS

import type { Answer } from './queries/api.ts'

type Monitor = Answer<'listMonitors'>['monitors'][number]

/** What a monitor has where its declaration leaves them out. */
const DEFAULT = { warning: 0.1, critical: 0.25 }

export const thresholdsOf = (monitor: Monitor | undefined) => monitor?.thresholds?.psi ?? DEFAULT

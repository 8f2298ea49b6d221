import type { Thresholds } from './thresholds.ts'

/** Points by which a share differs from what was expected, or exceeds what is tolerated; in [0, 1]. */
export const QUALITY_THRESHOLDS = {
  invalid: { warning: 0.01, critical: 0.1 },
  missing: { warning: 0.05, critical: 0.2 },
  range: { warning: 0.01, critical: 0.1 },
  /** Of rows whose served value differs from the one that was computed offline; nothing else is expected than 0. */
  skew: { warning: 0.01, critical: 0.1 },
  unseen: { warning: 0.02, critical: 0.1 },
} as const satisfies Record<string, Thresholds>

export const SEVERITIES = ['warning', 'critical'] as const

/** How grave a breach is: which of the two thresholds the effect reaches. */
export type Severity = (typeof SEVERITIES)[number]

const RANK: Record<Severity, number> = { warning: 1, critical: 2 }

/** Negative when `a` is the milder one. */
export function compareSeverity(a: Severity, b: Severity): number {
  return RANK[a] - RANK[b]
}

/** The highest severity of at least one. */
export function worstSeverity(members: readonly { severity: Severity }[]): Severity {
  return members.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning'
}

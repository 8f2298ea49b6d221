import type { Answer } from '../../queries/answer.ts'

type Ranked = Pick<Answer<'listAlerts'>['alerts'][number], 'status' | 'severity' | 'inhibited' | 'window_end'>

const RANK = { critical: 0, warning: 1 }

/**
 * What to look at first: firing before resolved, critical before warning, causes before what follows from them, and
 * the newest before the rest.
 */
export const byUrgency = <T extends Ranked>(alerts: readonly T[]): T[] =>
  alerts.toSorted((a, b) => {
    const isFiring = Number(b.status === 'firing') - Number(a.status === 'firing')
    const newest = b.window_end.localeCompare(a.window_end)
    if (isFiring !== 0 || a.status !== 'firing') return isFiring || newest
    return (
      RANK[a.severity] - RANK[b.severity] ||
      Number(a.inhibited !== null) - Number(b.inhibited !== null) ||
      newest
    )
  })

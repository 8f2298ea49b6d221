import { LATER_STATISTICS, type StatisticName, type Statistics } from '../verdict/statistic.ts'

interface Judged {
  verdict: string
  reason: string
  distance?: unknown
  pooled?: unknown
  /** Absent from evaluations of concept drift and performance, which have other figures. */
  statistics?: Statistics
}

/**
 * An evaluation as an earlier version would have made it, where the stored one is of that time: without evidence that was
 * not looked at then (changes inside groups, rows in rare categories), without statistics that were not computed then, and
 * ok where only that evidence, or that there was no `unconfirmed`, makes a difference.
 */
export function asStored<T extends Judged>(
  stored: object,
  recomputed: T,
  laterStatistics: ReadonlySet<StatisticName> = LATER_STATISTICS,
): T {
  const { verdict, reason, statistics = {} } = stored as Judged
  const isNew = (key: 'distance' | 'pooled') => recomputed[key] !== undefined && !(key in stored)
  const kept = {
    ...recomputed,
    ...(isNew('distance') && { distance: undefined }),
    ...(isNew('pooled') && { pooled: undefined }),
    ...(recomputed.statistics && {
      statistics: Object.fromEntries(
        Object.entries(recomputed.statistics).filter(
          ([name]) => name in statistics || !laterStatistics.has(name as StatisticName),
        ),
      ),
    }),
  }
  const isNewReason =
    recomputed.verdict === 'unconfirmed' ||
    (recomputed.reason === 'ks_distance' && isNew('distance')) ||
    (recomputed.reason === 'too_many_categories' && isNew('pooled'))
  return isNewReason && verdict === 'ok' && reason === 'stable' ? { ...kept, verdict, reason } : kept
}

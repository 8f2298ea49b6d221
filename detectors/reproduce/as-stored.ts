interface Judged {
  verdict: string
  reason: string
  distance?: unknown
  pooled?: unknown
}

/**
 * An evaluation as an earlier version would have made it, where the stored one is of that time: without evidence that was
 * not looked at then (changes inside groups, rows in rare categories), and ok where only that evidence, or that there was
 * no `unconfirmed`, makes a difference.
 */
export function asStored<T extends Judged>(stored: object, recomputed: T): T {
  const { verdict, reason } = stored as Judged
  const isNew = (key: 'distance' | 'pooled') => recomputed[key] !== undefined && !(key in stored)
  const kept = {
    ...recomputed,
    ...(isNew('distance') && { distance: undefined }),
    ...(isNew('pooled') && { pooled: undefined }),
  }
  const isNewReason =
    recomputed.verdict === 'unconfirmed' ||
    (recomputed.reason === 'ks_distance' && isNew('distance')) ||
    (recomputed.reason === 'too_many_categories' && isNew('pooled'))
  return isNewReason && verdict === 'ok' && reason === 'stable' ? { ...kept, verdict, reason } : kept
}

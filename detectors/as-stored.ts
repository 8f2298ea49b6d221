interface Judged {
  verdict: string
  reason: string
}

/** A verdict as it was said before there was `unconfirmed`, where the stored one is of that time. */
export function asStored<T extends Judged>(stored: unknown, recomputed: T): T {
  const { verdict, reason } = stored as Judged
  const isOlder = recomputed.verdict === 'unconfirmed' && verdict === 'ok' && reason === 'stable'
  return isOlder ? { ...recomputed, verdict, reason } : recomputed
}

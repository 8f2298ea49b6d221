/** What was left out of a period that was asked for, as the API says it. */
export interface Skipped {
  kind: string
  reason: string
  windows: number
  columns: string[]
  hint: string
}

export const minute = (time: string) => time.slice(0, 16).replace('T', ' ')
export const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`

/** What was skipped, and what to do about it. */
export function skippedLines(skipped: readonly Skipped[]): string[] {
  return skipped.map(({ kind, reason, windows, columns, hint }) => {
    const of = columns.length === 0 ? '' : `, ${counted(columns.length, 'column')}`
    return `${kind}: ${counted(windows, 'window')} skipped (${reason}${of}). ${hint}`
  })
}

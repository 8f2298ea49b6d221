/** What a line of an alert's history is made of. */
export interface Event {
  id: string
  scope: string
  status: string
  severity: string
  reason: string
  window_end: string
}

/** Events that say the same, in one line: members of one window, or repeats one after the other. */
export interface Line<T extends Event> {
  /** The newest first; one at least. */
  events: readonly T[]
}

/**
 * Joins neighbouring events, newest first, that differ only in the member or in the window of a repeat. The event that
 * the page shows always has a line of its own.
 */
export function timelineOf<T extends Event>(events: readonly T[], current: string): Line<T>[] {
  const lines: T[][] = []
  for (const event of events) {
    const last = lines.at(-1)
    if (last !== undefined && event.id !== current && last[0].id !== current && isAlike(last[0], event))
      last.push(event)
    else lines.push([event])
  }
  return lines.map((line) => ({ events: line }))
}

function isAlike(a: Event, b: Event): boolean {
  const isSame =
    a.scope === b.scope && a.status === b.status && a.severity === b.severity && a.reason === b.reason
  return isSame && (a.scope === 'alert' ? a.reason === 'repeat' : a.window_end === b.window_end)
}

/** A count of the service that is not what the producer knows. */
export interface Difference {
  what: string
  /** The hour, milliseconds; undefined where it is about no hour. */
  at?: number
  expected: number
  found: number
}

/** Counts that differ, by the hour; an hour that is absent has none. */
export function differences(
  what: string,
  expected: ReadonlyMap<number, number>,
  found: ReadonlyMap<number, number>,
): Difference[] {
  const hours = [...new Set([...expected.keys(), ...found.keys()])].toSorted((a, b) => a - b)
  return hours.flatMap((at) => different(what, expected.get(at) ?? 0, found.get(at) ?? 0, at))
}

/** As {@link differences}, of one count. */
export function different(what: string, expected: number, found: number, at?: number): Difference[] {
  return expected === found ? [] : [{ what, expected, found, ...(at !== undefined && { at }) }]
}

const MOST_PRINTED = 20

/** A line for each, the first of many. */
export function listDifferences(all: readonly Difference[]): string[] {
  const lines = all.slice(0, MOST_PRINTED).map(({ what, at, expected, found }) => {
    const hour = at === undefined ? '' : `${new Date(at).toISOString().slice(0, 16)}Z `
    return `${hour}${what}: ${found.toLocaleString('en-US')} instead of ${expected.toLocaleString('en-US')}`
  })
  const rest = all.length - lines.length
  return rest === 0 ? lines : [...lines, `and ${rest.toLocaleString('en-US')} more`]
}

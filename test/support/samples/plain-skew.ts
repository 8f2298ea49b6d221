import type { SkewCounts, SkewTolerance } from '../../../domain/skew.ts'

export interface Served {
  id: string
  hour: number
  version: string
  shadow: boolean
  a: number | null
  c: string | null
}

export interface Reference {
  id: string
  hour: number | undefined
  a: number | null | undefined
  c: string | null | undefined
}

const counts = (): SkewCounts => ({ rows: 0, differing: 0, missingServed: 0, missingReference: 0, both: 0, difference: 0, absolute: 0 }) // prettier-ignore
const last = <T>(rows: readonly T[], key: (row: T) => string) => [
  ...new Map(rows.map((row) => [key(row), row])).values(),
]

/** Counts skew by loops over rows in the order in which they were sent. */
export function plainSkew(
  sent: readonly Served[],
  references: readonly Reference[],
  { tolerance, absolute }: SkewTolerance,
) {
  const served = last(sent, ({ hour, id, version }) => `${hour} ${id} ${version}`).filter(
    (row) => !row.shadow,
  )
  const known = last(references, ({ hour, id }) => `${hour} ${id}`)
  const columns = { a: counts(), c: counts() }
  let rows = 0
  for (const row of served) {
    const own = known.filter(({ id }) => id === row.id)
    const reference = own.find(({ hour }) => hour === row.hour) ?? own.find(({ hour }) => hour === undefined)
    if (reference === undefined) continue
    rows++
    for (const name of ['a', 'c'] as const) {
      const [s, r] = [row[name], reference[name]].map((value) => (value === '' ? null : value))
      if (r === undefined) continue
      const count = columns[name]
      count.rows++
      if (s === null && r === null) continue
      if (s === null) count.missingServed++
      else if (r === null) count.missingReference++
      else {
        count.both++
        const difference = name === 'a' ? Number(s) - Number(r) : 0
        count.difference += difference
        count.absolute += Math.abs(difference)
        if (name === 'c' ? s === r : Math.abs(difference) <= absolute + tolerance * Math.abs(Number(r)))
          continue
      }
      count.differing++
    }
  }
  // The index of ids has what was ever stored under them.
  const ids = new Set(sent.filter(({ shadow }) => !shadow).map(({ id }) => id))
  const hours = new Set(served.map(({ id, hour }) => `${hour} ${id}`))
  return {
    rows,
    columns,
    unmatched: known.filter(({ id, hour }) => hour !== undefined && !hours.has(`${hour} ${id}`)).length,
    unmatchedWithoutTime: known.filter(({ id, hour }) => hour === undefined && !ids.has(id)).length,
  }
}

/** Below a hundred, beyond which ClickHouse refuses an insert (`max_partitions_per_insert_block`). */
const MAX_PARTITIONS = 90

/** Hours, ascending, in groups that one insert into a table partitioned by month can hold each. */
export function hoursByInsert(hours: readonly Date[]): Date[][] {
  const groups: Date[][] = []
  const months = new Set<number>()
  for (const hour of hours) {
    const month = monthOf(hour)
    if (groups.length === 0 || (!months.has(month) && months.size === MAX_PARTITIONS)) {
      groups.push([])
      months.clear()
    }
    months.add(month)
    groups.at(-1)!.push(hour)
  }
  return groups
}

/**
 * Lines in groups that one insert into a table partitioned by month can hold each: nearly always a single one.
 * @param hours of each line the start of its hour, milliseconds since 1970; empty where the table is not partitioned
 */
export function linesByInsert(lines: readonly string[], hours: readonly number[]): (readonly string[])[] {
  const distinct = [...new Set(hours)].sort((a, b) => a - b).map((hour) => new Date(hour))
  const groups = hoursByInsert(distinct)
  if (groups.length <= 1) return [lines]
  const place = new Map(groups.flatMap((group, i) => group.map((hour) => [hour.getTime(), i])))
  const inserts = groups.map((): string[] => [])
  for (const [i, line] of lines.entries()) inserts[place.get(hours[i])!].push(line)
  return inserts
}

function monthOf(hour: Date): number {
  return hour.getUTCFullYear() * 12 + hour.getUTCMonth()
}

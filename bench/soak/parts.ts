import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** As ClickHouse names them: partition, first and last block, how often merged, and the mutation. */
const PART = /^([^_]+)_(\d+)_(\d+)_(\d+)(?:_(\d+))?$/

/** How many of the parts of a table, by their names, no other one has replaced. */
export function countActiveParts(names: readonly string[]): number {
  const parts = names.flatMap((name) => {
    const found = PART.exec(name)
    if (found === null) return []
    const [, partition, ...numbers] = found
    const [first, last, level, mutation] = numbers.map((number) => Number(number ?? 0))
    return [{ name, partition, first, last, level, mutation }]
  })
  const active = parts.filter(
    (part) =>
      !parts.some(
        (other) =>
          other.name !== part.name &&
          other.partition === part.partition &&
          other.first <= part.first &&
          other.last >= part.last &&
          other.level >= part.level &&
          other.mutation >= part.mutation,
      ),
  )
  return active.length
}

/** Active parts of all tables of an embedded engine with its data in `path`. */
export async function activePartsIn(path: string): Promise<number> {
  const database = join(path, 'data/default')
  let active = 0
  for (const table of await readdir(database))
    active += countActiveParts(await readdir(join(database, table)))
  return active
}

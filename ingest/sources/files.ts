import picomatch from 'picomatch'
import type { Location } from './location.ts'
import type { ObjectStore } from './objects.ts'
import { isKnownFormat } from './source-format.ts'

/** What writers call files that are not data, or not yet: `_SUCCESS`, `.part-1.crc`, `scores.csv.tmp`. */
const NOT_DATA = /(^|\/)[._][^/=]*(\/|$)|\.(tmp|temp|part|partial|crc|inprogress)$/i

/**
 * The files of a folder or bucket.
 * @param match a glob on their keys; without one all of a known format
 */
export function filesOf(store: ObjectStore, match: string | undefined): Location {
  const matches = match === undefined ? isKnownFormat : picomatch(match)
  return {
    async *list(_, signal, leftOut) {
      for await (const { key: path, etag, size, modifiedAt } of store.list('', signal)) {
        if (NOT_DATA.test(path)) continue
        if (matches(path)) yield { path, etag, size, modifiedAt, constants: partitionsOf(path) }
        else leftOut?.(path)
      }
    },
    fetch: ({ path: key, ...object }, target, signal) => store.fetch({ key, ...object }, target, signal),
    close: () => store.close(),
  }
}

/** What Hive calls the partition of a table that has no value. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__'

/** The columns that a path holds, as Hive and Spark write them: `day=2026-11-01/region=eu/part-0.parquet`. */
export function partitionsOf(path: string): Record<string, string | null> {
  const folders = path.split('/').slice(0, -1)
  return Object.fromEntries(
    folders.flatMap((folder): [string, string | null][] => {
      const cut = folder.indexOf('=')
      if (cut < 1) return []
      const value = decoded(folder.slice(cut + 1))
      return [[decoded(folder.slice(0, cut)), value === NO_VALUE ? null : value]]
    }),
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

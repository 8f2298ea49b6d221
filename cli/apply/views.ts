import { withoutPaths } from '../../domain/without-paths.ts'
import type { PublicChannel } from '../../control/declared/channel.ts'

/** What may be printed of a channel: the path of an address may be as secret as a key. */
export function channelView({ type, target, secrets }: Partial<PublicChannel>): Record<string, unknown> {
  return { type, target: target && withoutPaths(target), secrets }
}

/** Fields by their dotted path; below `depth` levels an object is one value. */
export function flattened(value: object, depth = Infinity, prefix = ''): Map<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
      const nested = one instanceof Object && !Array.isArray(one) && depth > 0
      if (nested) return [...flattened(one as object, depth - 1, `${prefix}${key}.`)]
      return one === undefined ? [] : [[`${prefix}${key}`, one]]
    }),
  )
}

import { replaceEqualDeep } from '@tanstack/query-core'

/** A value that changes only where it differs, so that what depends on it is not computed again for an equal one. */
export function distinct<T>(of: () => T): { readonly current: T } {
  let last: T | undefined
  const current = $derived((last = replaceEqualDeep<T>(last, of())))
  return {
    get current() {
      return current
    },
  }
}

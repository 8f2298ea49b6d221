import { searchParams } from 'sv-router'

/** The query part of the address, reactive. */
export const search = () => searchParams.toURLSearchParams()

/** As it is written: the router's own reading makes the version `1.10` the number 1.1. */
export const searchValue = (name: string): string | undefined => search().get(name) || undefined

/**
 * Changes parts of the address; undefined removes one. `replace` keeps the history as it is, for what is adjusted
 * rather than visited.
 */
export function setSearch(values: Record<string, string | undefined>, { replace = false } = {}): void {
  const entries = Object.entries(values)
  entries.forEach(([name, value], i) => {
    // One step in the history for all of them.
    const options = { replace: replace || i > 0 }
    if (value === undefined) searchParams.delete(name, undefined, options)
    else searchParams.set(name, value, options)
  })
}

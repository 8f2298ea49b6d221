import { searchParams } from 'sv-router'

/** The query part of the address, reactive. */
export const search = () => searchParams.toURLSearchParams()

export const searchValue = (name: string): string | undefined => {
  const value = searchParams.get(name)
  return value === null || value === '' ? undefined : String(value)
}

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

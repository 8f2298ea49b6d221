import { searchValue } from './search.ts'

/** The part of a model that a page looks at: a segment, or a version; both are empty for the whole of it. */
export interface Slice {
  segment: string
  version: string
}

/** What the address says of it, reactive. */
export const readSlice = (): Slice => ({
  segment: searchValue('segment') ?? '',
  version: searchValue('version') ?? '',
})

/** `segment origin=ORD`, `version 3`, `whole model`. */
export function sliceName({ segment, version }: Slice): string {
  const parts = [segment && `segment ${segment}`, version && `version ${version}`].filter(Boolean)
  return parts.length === 0 ? 'whole model' : parts.join(', ')
}

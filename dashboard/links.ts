import { navigate, p } from './navigation.ts'

export const modelLink = (model: string) =>
  p('/models/:model', { params: { model: encodeURIComponent(model) } })

/** The page of a model's features and their constraints. */
export const featuresLink = (model: string) =>
  p('/models/:model/features', { params: { model: encodeURIComponent(model) } })

export const alertLink = (alert: string) => p('/alerts/:alert', { params: { alert } })

/** Names a column; `kind` tells a feature called `prediction` from the prediction itself. */
export interface ColumnAddress {
  model: string
  kind: string
  column: string
  segment?: string | undefined
  version?: string | undefined
  monitor?: string | undefined
  /** End of the window to show, ISO 8601. */
  at?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** A column's page, at a window and over a period where they are given. */
export function columnLink({ model, column, ...rest }: ColumnAddress): string {
  const params = { model: encodeURIComponent(model), column: encodeURIComponent(column) }
  return p('/models/:model/columns/:column', { params, search: given(rest) })
}

/** The page that compares the parts of a model by one column. */
export function compareLink({
  model,
  ...rest
}: Pick<ColumnAddress, 'model' | 'monitor' | 'at'> &
  Partial<Pick<ColumnAddress, 'kind' | 'column'>>): string {
  return p('/models/:model/compare', { params: { model: encodeURIComponent(model) }, search: given(rest) })
}

const given = (values: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  )

/** Goes to what one of the functions above made. */
export function goTo(href: string): void {
  const { pathname, search } = new URL(href, location.origin)
  void navigate(pathname as '/', { search })
}

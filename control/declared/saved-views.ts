import type { Control } from '../database/control.ts'
import type { ControlTables } from '../database/tables.ts'

/** A page of the dashboard with its query, under a name. */
export type SavedView = ControlTables['saved_views']

/** So many that a list of them is still of use. */
export const MAX_VIEWS = 500

export type SaveOutcome = 'saved' | 'name taken' | 'too many'

/** By name. */
export const listViews = (control: Control): Promise<SavedView[]> =>
  control.selectFrom('saved_views').selectAll().orderBy('name').execute()

export const findView = (control: Control, id: string): Promise<SavedView | undefined> =>
  control.selectFrom('saved_views').selectAll().where('id', '=', id).executeTakeFirst()

/** Saves a view unless there is one of that name already. */
export async function saveView(control: Control, view: SavedView): Promise<SaveOutcome> {
  const views = await listViews(control)
  if (views.length >= MAX_VIEWS) return 'too many'
  const inserted = await control
    .insertInto('saved_views')
    .values(view)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n ? 'saved' : 'name taken'
}

/** @returns whether it was there */
export async function removeView(control: Control, id: string): Promise<boolean> {
  const { numDeletedRows } = await control.deleteFrom('saved_views').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

import { randomUUID } from 'node:crypto'
import { announceDirty, confirmDirty, type DirtyHour } from '../events/dirty-hours.ts'
import type { Store } from '../engine/client.ts'
import { hourLiteral, literal } from '../engine/sql.ts'
import { deleteDeadLetters } from './dead-letters.ts'
import { findRows, type PersonalRows } from './find-rows.ts'
import { mutate, removeHidden } from './mutate.ts'
import { personalTables, soughtIds } from './sought.ts'

/**
 * Deletes everything that is stored under ids of a model from the parts in use, and has the hours of it counted again. Done
 * again it finds what is left; what was interrupted is counted all the same. The ids must be remembered as erased before, so
 * that what arrives meanwhile does not stay. Returns what it found.
 */
export async function eraseRows(
  store: Store,
  model: string,
  ids: readonly string[],
  now: Date,
): Promise<PersonalRows> {
  const sought = soughtIds(model, ids)
  const found = await findRows(store, sought)
  const batch = randomUUID()
  const dirty = found.hours.flatMap((hour): DirtyHour[] => [
    { stream: 'predictions', hour, batch },
    { stream: 'labels', hour, batch },
  ])
  await announceDirty(store, model, dirty, now)
  // Also where nothing was found: a row may have come since, and one may only be hidden.
  for (const { table, condition } of Object.values(personalTables(sought))) {
    await mutate(store, table, `DELETE WHERE ${condition}`)
    await removeHidden(store, table)
  }
  await deleteDeadLetters(store, found.deadLetters)
  if (found.exampleHours.length > 0)
    await mutate(
      store,
      'input_problems',
      `UPDATE example = '' WHERE model = ${literal(model)}
         AND hour IN (${found.exampleHours.map(hourLiteral).join(', ')})`,
    )
  await confirmDirty(store, model, dirty, now)
  return found
}

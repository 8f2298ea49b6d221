import { randomUUID } from 'node:crypto'
import type { Control } from './control.ts'

/** The id of this database, which it keeps from its first use on. */
export async function installationId(control: Control): Promise<string> {
  await control
    .insertInto('installation')
    .values({ singleton: 1, id: randomUUID() })
    .onConflict((conflict) => conflict.column('singleton').doNothing())
    .execute()
  const { id } = await control.selectFrom('installation').select('id').executeTakeFirstOrThrow()
  return id
}

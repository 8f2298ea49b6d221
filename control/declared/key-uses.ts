import type { Control } from '../database/control.ts'

/** Of the counters: the time since when uses are recorded. */
const RECORDED_FROM = 'key uses recorded from'

export interface KeyUses {
  /** When each key was last used, by id; those that never were are absent. */
  lastUsed: ReadonlyMap<string, Date>
  /** Of an earlier use nothing is known. */
  recordedFrom: Date
}

export async function readKeyUses(control: Control): Promise<KeyUses> {
  const found = await control.selectFrom('key_uses').selectAll().execute()
  const { value } = await control
    .selectFrom('counters')
    .select('value')
    .where('name', '=', RECORDED_FROM)
    .executeTakeFirstOrThrow()
  return {
    lastUsed: new Map(found.map(({ id, used_at }) => [id, new Date(used_at)])),
    recordedFrom: new Date(value),
  }
}

/** Notes uses of keys that are still there. Of what several processes note, the newest stays. */
export async function noteKeyUses(control: Control, uses: ReadonlyMap<string, Date>): Promise<void> {
  await control.transaction().execute(async (transaction) => {
    const there = await transaction
      .selectFrom('api_keys')
      .select('name')
      .where('name', 'in', [...uses.keys()])
      .execute()
    for (const { name: id } of there) {
      const used_at = uses.get(id)!.getTime()
      await transaction
        .insertInto('key_uses')
        .values({ id, used_at })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({ used_at }).where('key_uses.used_at', '<', used_at),
        )
        .execute()
    }
  })
}

/** To be called in the transaction that removes a key. */
export async function forgetKeyUse(transaction: Control, id: string): Promise<void> {
  await transaction.deleteFrom('key_uses').where('id', '=', id).execute()
}

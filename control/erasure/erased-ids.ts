import { createHash } from 'node:crypto'
import { inTransaction, type Control } from '../database/control.ts'
import { count } from '../database/counters.ts'

/** The erased ids of a model, which are known by their hashes only. */
export interface ErasedIds {
  /** Grows with every request to erase ids of the model; 0 where there was none. */
  revision: number
  has(this: void, id: string): boolean
}

/** Rows of one statement: SQLite takes 32,766 values. */
const ROWS_PER_INSERT = 5_000
/** 132 bits: no two ids share them. */
const HASH_CHARACTERS = 22

function hashOf(model: string, id: string): string {
  return createHash('sha256').update(model).update('\0').update(id).digest('base64').slice(0, HASH_CHARACTERS)
}

/** Remembers ids as erased. Ids that are known already stay as they are. */
export async function insertErasedIds(
  control: Control,
  model: string,
  ids: readonly string[],
): Promise<void> {
  await inTransaction(control, async (transaction) => {
    // Held until the transaction ends, so that revisions become visible in their order.
    const revision = await count(transaction, `erased ids of ${model}`)
    for (let start = 0; start < ids.length; start += ROWS_PER_INSERT)
      await transaction
        .insertInto('erased_ids')
        .values(
          ids
            .slice(start, start + ROWS_PER_INSERT)
            .map((id) => ({ model, hash: hashOf(model, id), revision })),
        )
        .onConflict((conflict) => conflict.columns(['model', 'hash']).doUpdateSet({ revision }))
        .execute()
  })
}

interface Known {
  revision: number
  hashes: Set<string>
}

/** What is remembered of each database; only newer rows are read. */
const remembered = new WeakMap<Control, Map<string, Known>>()

/** The ids of a model that are erased by now. */
export async function readErasedIds(control: Control, model: string): Promise<ErasedIds> {
  const models = remembered.get(control) ?? new Map<string, Known>()
  remembered.set(control, models)
  const known = models.get(model) ?? { revision: 0, hashes: new Set() }
  models.set(model, known)
  const newer = await control
    .selectFrom('erased_ids')
    .select(['hash', 'revision'])
    .where('model', '=', model)
    .where('revision', '>', known.revision)
    .execute()
  for (const { hash, revision } of newer) {
    known.hashes.add(hash)
    known.revision = Math.max(known.revision, Number(revision))
  }
  const { hashes, revision } = known
  return { revision, has: (id) => hashes.size > 0 && hashes.has(hashOf(model, id)) }
}

/** {@link readErasedIds} of every model of which ids were erased, by model. */
export async function readAllErasedIds(control: Control): Promise<Map<string, ErasedIds>> {
  const models = await control.selectFrom('erased_ids').select('model').distinct().execute()
  const found = new Map<string, ErasedIds>()
  for (const { model } of models) found.set(model, await readErasedIds(control, model))
  return found
}

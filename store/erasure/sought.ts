import { literal } from '../engine/sql.ts'
import { sipHash64 } from './sip-hash.ts'

/** Ids to be erased, and how a statement finds them without naming them: ClickHouse logs statements and keeps mutations. */
export interface Sought {
  model: string
  ids: ReadonlySet<string>
  /**
   * Ids of exchanges with several instances whose predictions are among `ids`: an instance of the exchange `x` has the
   * id `x/0`.
   */
  exchanges: ReadonlySet<string>
}

const INSTANCE = /^(.+)\/\d+$/s

export function soughtIds(model: string, ids: readonly string[]): Sought {
  const exchanges = ids.flatMap((id) => INSTANCE.exec(id)?.[1] ?? [])
  return { model, ids: new Set(ids), exchanges: new Set(exchanges) }
}

const hashes = (ids: Iterable<string>) => Array.from(ids, sipHash64)

/** Where the rows of ids are. A table of a model has no column `model`. */
export interface PersonalTable {
  table: string
  condition: string
}

/** Every table of ClickHouse that has ids, but dead letters; a label's place may also be in `settling_labels_MODEL`. */
export function personalTables({ model, ids, exchanges }: Sought) {
  const ofIds = hashes(ids)
  const byId = `sipHash64(id) IN (${ofIds.join(', ')})`
  const byHash = `hash IN (${ofIds.join(', ')})`
  const ofModel = `model = ${literal(model)}`
  const logs = [...ofIds, ...hashes(exchanges)].join(', ')
  return {
    predictions: { table: `predictions_${model}`, condition: byId },
    labels: { table: `labels_${model}`, condition: byId },
    labelIndex: { table: `label_index_${model}`, condition: byHash },
    reference: { table: `reference_features_${model}`, condition: byId },
    pendingLabels: { table: 'pending_labels', condition: `${ofModel} AND ${byId}` },
    inferenceLogs: { table: 'halves', condition: `${ofModel} AND sipHash64(id) IN (${logs})` },
  } satisfies Record<string, PersonalTable>
}

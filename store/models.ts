import { documents } from '../control/database/documents.ts'
import type { Model } from '../control/declared/model.ts'
import { deactivateBaselines } from '../control/declared/baselines.ts'
import { checkSilver, dropSilver, syncSilver } from './events/silver.ts'
import { literal } from './engine/sql.ts'
import type { Store } from './engine/client.ts'

const table = documents<Model>('models')

/** Another process may have declared a model meanwhile, so what is remembered is read again after this long. */
const REMEMBERED_MS = 5_000
/** One that is not among the remembered may be new; but events of a model that nobody declares must not each ask. */
const UNKNOWN_REMEMBERED_MS = 1_000

/** The declared models, remembered for a few seconds because every event asks for one. */
export interface Models {
  list(): Promise<Model[]>
  find(name: string): Promise<Model | undefined>
  /** Throws where the model cannot be declared with what is stored. */
  check(model: Model): Promise<void>
  /** Declares a model or changes it, and makes its tables fit. */
  declare(model: Model, now: Date): Promise<void>
  /** Removes a model with its predictions, labels and their counts. Baselines, results and alerts stay. */
  remove(name: string): Promise<void>
}

export function openModels(store: Store, clock: () => number = Date.now): Models {
  let remembered: Promise<Map<string, Model>> | undefined
  let readAt = -Infinity
  const read = (most = REMEMBERED_MS) => {
    if (remembered === undefined || clock() - readAt > most) {
      readAt = clock()
      remembered = table.list(store.control).then((all) => new Map(all.map((model) => [model.name, model])))
      remembered.catch(() => (remembered = undefined))
    }
    return remembered
  }
  return {
    list: async () => [...(await read()).values()],
    find: async (name) => (await read()).get(name) ?? (await read(UNKNOWN_REMEMBERED_MS)).get(name),
    check: (model) => checkSilver(store, model),
    async declare(model, now) {
      await syncSilver(store, model)
      await table.put(store.control, model.name, model, now)
      remembered = undefined
    },
    async remove(name) {
      // First the declaration: nothing must find the model any more when its tables go.
      await table.remove(store.control, name)
      remembered = undefined
      await dropSilver(store, name)
      // Else a model declared anew under this name would be judged by the counts of the one that is gone.
      await deactivateBaselines(store.control, name)
      for (const table of [
        'hours',
        'profiles',
        'labelled_profiles',
        'dirty_hours',
        'pending_labels',
        'halves',
        'input_problems',
      ])
        await store.rollup.command({ query: `DELETE FROM ${table} WHERE model = ${literal(name)}` })
    },
  }
}

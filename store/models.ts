import { changeAlone } from '../control/database/changes.ts'
import type { Control } from '../control/database/control.ts'
import { deactivateBaselines } from '../control/declared/baselines.ts'
import { removeAnnotationsOf } from '../control/incidents/annotations.ts'
import { forgetMlflow } from '../control/registry/versions.ts'
import { forgetDeletedEvents } from '../control/retention/deleted-events.ts'
import { modelDocuments, type Model } from '../control/declared/model.ts'
import { checkSilver, dropSilver, syncSilver } from './events/silver.ts'
import { literal } from './engine/sql.ts'
import type { Store } from './engine/client.ts'

/** Another process may have declared a model meanwhile, so what is remembered is read again after this long. */
const REMEMBERED_MS = 5_000
/** One that is not among the remembered may be new; but events of a model that nobody declares must not each ask. */
const UNKNOWN_REMEMBERED_MS = 1_000

/** Tables with rows of all models that go with theirs. */
const TABLES = [
  'hours',
  'profiles',
  'labelled_profiles',
  'dirty_hours',
  'pending_labels',
  'halves',
  'input_problems',
  'experiment_hours',
]

/** The declared models, remembered for a few seconds because every event asks for one. */
export interface Models {
  list(): Promise<Model[]>
  find(name: string): Promise<Model | undefined>
  /** Throws where the model cannot be declared with what is stored. */
  check(model: Model): Promise<void>
  /** Declares a model or changes it, whatever is declared, and makes its tables fit. */
  declare(model: Model, now: Date): Promise<void>
  /**
   * Makes the tables of a model fit. To be called before it is stored, as events come at once; and after, as somebody may
   * have dropped the tables of its predecessor meanwhile.
   */
  fit(model: Model): Promise<void>
  /** To be called when a model was stored or undeclared. */
  forget(): void
  /** Removes a model with its predictions, labels and their counts. Baselines, results and alerts stay. */
  remove(name: string): Promise<void>
  /** Does what of that is left to do when it is undeclared. */
  clear(name: string): Promise<void>
}

/** Undeclares a model. It leaves no active baseline: a model declared anew would be judged by the counts of this one. */
export async function undeclareModel(transaction: Control, name: string): Promise<void> {
  await modelDocuments.remove(transaction, name)
  await deactivateBaselines(transaction, name)
  await forgetMlflow(transaction, name)
  await removeAnnotationsOf(transaction, name)
}

export function openModels(store: Store, clock: () => number = Date.now): Models {
  let remembered: Promise<Map<string, Model>> | undefined
  let readAt = -Infinity
  const read = (most = REMEMBERED_MS) => {
    if (remembered === undefined || clock() - readAt > most) {
      readAt = clock()
      remembered = modelDocuments
        .list(store.control)
        .then((all) => new Map(all.map((model) => [model.name, model])))
      remembered.catch(() => (remembered = undefined))
    }
    return remembered
  }
  const forget = () => void (remembered = undefined)
  const fit = (model: Model) => syncSilver(store, model)
  async function clear(name: string) {
    forget()
    await dropSilver(store, name)
    for (const table of TABLES)
      await store.rollup.command({ query: `DELETE FROM ${table} WHERE model = ${literal(name)}` })
    await forgetDeletedEvents(store.control, name)
    // Somebody may have declared it anew since, and found the old tables.
    const anew = await modelDocuments.find(store.control, name)
    if (anew !== undefined) await fit(anew)
  }
  return {
    list: async () => [...(await read()).values()],
    find: async (name) => (await read()).get(name) ?? (await read(UNKNOWN_REMEMBERED_MS)).get(name),
    check: (model) => checkSilver(store, model),
    fit,
    forget,
    async declare(model, now) {
      await fit(model)
      await modelDocuments.put(store.control, model.name, model, now)
      forget()
      await fit(model)
    },
    async remove(name) {
      // First the declaration: nothing must find the model any more when its tables go.
      await changeAlone(store.control, (transaction) => undeclareModel(transaction, name))
      await clear(name)
    },
    clear,
  }
}

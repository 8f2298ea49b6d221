/**
 * How a backup reads the tables that all models share. Each group is fixed after the one before, so that a backup taken
 * beside writers is a state that a crash could have left: whatever refers to something comes before it. `final` tables
 * are read with one row per key.
 */
export interface SharedTable {
  name: string
  final: boolean
}

const final = (name: string): SharedTable => ({ name, final: true })
const whole = (name: string): SharedTable => ({ name, final: false })

export const DIRTY_HOURS = 'dirty_hours'

/** Marks that say something is done, before what was done. */
export const MARKS: readonly SharedTable[] = [final('evaluations'), final(DIRTY_HOURS)]
/** Published generations, before the counts that they name. */
export const PUBLISHED = final('hours')
export const COUNTS: readonly SharedTable[] = [whole('profiles'), whole('labelled_profiles')]
/** What control state refers to, and what is emptied into the models' own tables. */
export const REFERRED: readonly SharedTable[] = [
  final('binnings'),
  final('baseline_profiles'),
  final('baseline_labelled_profiles'),
  final('results'),
  final('pending_labels'),
  final('halves'),
  final('dead_letters'),
  final('input_problems'),
  final('experiment_hours'),
]

export const SHARED_TABLES: readonly SharedTable[] = [...MARKS, PUBLISHED, ...COUNTS, ...REFERRED]

/** Shared tables that a backup leaves out: views fill them, or they belong to one ClickHouse. */
export const LEFT_OUT: readonly string[] = ['newest_windows', 'migrations', 'installation']

/** A model's own tables that a backup holds; views fill the others. */
export const modelTables = (model: string): SharedTable[] => [
  final(`labels_${model}`),
  final(`predictions_${model}`),
  final(`reference_features_${model}`),
]

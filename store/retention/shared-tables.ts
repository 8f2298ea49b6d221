import type { ModelKind } from '../../domain/retention.ts'

/** A table of all models whose rows go one by one. */
export interface SharedTable {
  name: string
  kind: ModelKind
  /** The column with the time that counts. */
  time: string
  owner: 'model' | 'monitor'
}

export const SHARED_TABLES: readonly SharedTable[] = [
  { name: 'pending_labels', kind: 'events', time: 'received_at', owner: 'model' },
  { name: 'profiles', kind: 'counts', time: 'hour', owner: 'model' },
  { name: 'labelled_profiles', kind: 'counts', time: 'hour', owner: 'model' },
  { name: 'hours', kind: 'counts', time: 'hour', owner: 'model' },
  { name: 'input_problems', kind: 'counts', time: 'hour', owner: 'model' },
  { name: 'experiment_hours', kind: 'counts', time: 'hour', owner: 'model' },
  { name: 'results', kind: 'results', time: 'window_end', owner: 'model' },
  { name: 'evaluations', kind: 'results', time: 'window_end', owner: 'monitor' },
  { name: 'dead_letters', kind: 'dead_letters', time: 'received_at', owner: 'model' },
]

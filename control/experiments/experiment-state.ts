import type { ExperimentState } from '../../domain/experiment.ts'
import type { Control } from '../database/control.ts'

export interface ClosedExperiment {
  decision: 'promoted' | 'kept'
  /** The version that is in use from then on. */
  version: string
  by: string
  at: string
  comment: string
}

/** Where a comparison stands after its newest look. */
export interface ExperimentStanding {
  /** Of the declaration that it belongs to: of another one it says nothing. */
  definition: string
  /** Predictions from this hour on count. */
  startedAt: Date
  state: ExperimentState
  /** One or two sentences with the numbers. */
  reason: string
  /** What stands behind the state, as JSON; null without a row. */
  point: unknown
  /** Rows at which the interval is narrowest, set at the first look with enough rows. */
  planRows: number | null
  /** All hours before this one have entered; null before the first. */
  matureUntil: string | null
  /** Why nothing could be compared at the newest look; null where it could. */
  problem: string | null
  lookedAt: string
  /** When the final state was reached. */
  decidedAt: string | null
  /** What a person made of it; null until somebody did. */
  closed: ClosedExperiment | null
}

/** How an experiment stands; undefined before its first look. */
export async function readStanding(control: Control, name: string): Promise<ExperimentStanding | undefined> {
  const row = await control
    .selectFrom('experiment_states')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const document = JSON.parse(row.document) as Omit<ExperimentStanding, 'definition' | 'startedAt'>
  return { ...document, definition: row.definition, startedAt: new Date(row.started_at) }
}

export async function writeStanding(
  control: Control,
  name: string,
  { definition, startedAt, ...document }: ExperimentStanding,
): Promise<void> {
  const values = { definition, started_at: startedAt.getTime(), document: JSON.stringify(document) }
  await control
    .insertInto('experiment_states')
    .values({ name, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute()
}

export async function removeStanding(control: Control, name: string): Promise<void> {
  await control.deleteFrom('experiment_states').where('name', '=', name).execute()
}

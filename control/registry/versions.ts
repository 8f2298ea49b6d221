import type { Control } from '../database/control.ts'
import type { MlflowLink } from '../declared/model.ts'

/** What an alias in MLflow points to, since it was seen there. */
export interface SeenVersion {
  model: string
  registered: string
  alias: string
  version: string
  runId: string
  seenAt: Date
  /** The baseline that was made of it; undefined where it has none. */
  baseline: number | undefined
  /** What is to be said of its baseline; empty where nothing is. */
  note: string
}

/** Every version that the alias a model names pointed to, newest first. */
export async function seenVersions(
  control: Control,
  model: string,
  link: Pick<MlflowLink, 'model' | 'alias'>,
  most?: number,
): Promise<SeenVersion[]> {
  const query = control
    .selectFrom('mlflow_versions')
    .selectAll()
    .where('model', '=', model)
    .where('registered', '=', link.model)
    .where('alias', '=', link.alias)
    .orderBy('seen_at', 'desc')
  const found = await (most === undefined ? query : query.limit(most)).execute()
  return found.map(({ run_id, seen_at, baseline, ...seen }) => ({
    ...seen,
    runId: run_id,
    seenAt: new Date(seen_at),
    baseline: baseline === 0 ? undefined : baseline,
  }))
}

/** The version that the alias was last seen at; undefined where it was not looked at yet. */
export async function currentVersion(
  control: Control,
  model: string,
  link: Pick<MlflowLink, 'model' | 'alias'>,
): Promise<SeenVersion | undefined> {
  return (await seenVersions(control, model, link, 1)).at(0)
}

/** The versions that the alias was seen at between two times, newest first: also that from before, which still applied. */
export async function versionsBetween(
  control: Control,
  model: string,
  link: Pick<MlflowLink, 'model' | 'alias'>,
  from: Date,
  to: Date,
): Promise<SeenVersion[]> {
  const until = (await seenVersions(control, model, link)).filter(({ seenAt }) => seenAt <= to)
  const before = until.findIndex(({ seenAt }) => seenAt <= from)
  return before === -1 ? until : until.slice(0, before + 1)
}

/** Notes a version, or what has become known of one that was noted before. */
export async function putSeenVersion(control: Control, seen: SeenVersion): Promise<void> {
  const { seenAt, runId, baseline = 0, ...rest } = seen
  const row = { ...rest, run_id: runId, baseline, seen_at: seenAt.getTime() }
  await control
    .insertInto('mlflow_versions')
    .values(row)
    .onConflict((conflict) => conflict.columns(['model', 'seen_at']).doUpdateSet(row))
    .execute()
}

/** Forgets all that is known of a model's versions. */
export async function forgetMlflow(control: Control, model: string): Promise<void> {
  for (const table of ['mlflow_versions', 'mlflow_polls', 'mlflow_reports', 'mlflow_promotions'] as const)
    await control.deleteFrom(table).where('model', '=', model).execute()
}

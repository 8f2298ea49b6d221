import type { Control } from '../database/control.ts'

/** What was written to MLflow of a model. */
export interface Report {
  model: string
  /** The tags of the version they were last set on, and when; undefined before. */
  tags: { version: string; status: string; alert: string; at: number } | undefined
  /** When the windows that were last written had been evaluated (milliseconds since 1970), by what they are of. */
  progress: Readonly<Record<string, number>>
  /** The run of each month, such as `2026-01`. */
  runs: Readonly<Record<string, string>>
}

export async function readReport(control: Control, model: string): Promise<Report> {
  const found = await control
    .selectFrom('mlflow_reports')
    .selectAll()
    .where('model', '=', model)
    .executeTakeFirst()
  if (found === undefined) return { model, tags: undefined, progress: {}, runs: {} }
  return {
    model,
    tags: found.tags === '' ? undefined : (JSON.parse(found.tags) as Report['tags']),
    progress: JSON.parse(found.progress) as Report['progress'],
    runs: JSON.parse(found.runs) as Report['runs'],
  }
}

export async function putReport(control: Control, { model, tags, progress, runs }: Report): Promise<void> {
  const row = {
    tags: tags === undefined ? '' : JSON.stringify(tags),
    progress: JSON.stringify(progress),
    runs: JSON.stringify(runs),
  }
  await control
    .insertInto('mlflow_reports')
    .values({ model, ...row })
    .onConflict((conflict) => conflict.column('model').doUpdateSet(row))
    .execute()
}

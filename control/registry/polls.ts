import type { Control } from '../database/control.ts'

/** How looking at the alias of a model went. */
export interface Poll {
  model: string
  /** When somebody asked last to look at once. */
  askedAt: Date
  /** When MLflow was last asked; undefined before it was. */
  lookedAt: Date | undefined
  /** When MLflow last answered; undefined before it did. */
  checkedAt: Date | undefined
  /** What is wrong, and since when; undefined where nothing is. */
  problem: { text: string; since: Date } | undefined
}

export async function listPolls(control: Control): Promise<Map<string, Poll>> {
  const found = await control.selectFrom('mlflow_polls').selectAll().execute()
  return new Map(
    found.map(({ model, asked_at, looked_at, checked_at, problem, failing_since }) => [
      model,
      {
        model,
        askedAt: new Date(asked_at),
        lookedAt: looked_at === null ? undefined : new Date(looked_at),
        checkedAt: checked_at === null ? undefined : new Date(checked_at),
        problem: failing_since === null ? undefined : { text: problem, since: new Date(failing_since) },
      },
    ]),
  )
}

/** Asks for a look at the alias at once. */
export async function askForPoll(control: Control, model: string, now: Date): Promise<void> {
  const asked_at = now.getTime()
  await control
    .insertInto('mlflow_polls')
    .values({ model, asked_at, looked_at: null, checked_at: null, problem: '', failing_since: null })
    .onConflict((conflict) => conflict.column('model').doUpdateSet({ asked_at }))
    .execute()
}

/** Notes how a look went. What somebody has asked for meanwhile stays asked for. */
export async function putPoll(
  control: Control,
  { model, askedAt, lookedAt, checkedAt, problem }: Poll,
): Promise<void> {
  const outcome = {
    looked_at: lookedAt?.getTime() ?? null,
    checked_at: checkedAt?.getTime() ?? null,
    problem: problem?.text ?? '',
    failing_since: problem?.since.getTime() ?? null,
  }
  await control
    .insertInto('mlflow_polls')
    .values({ model, asked_at: askedAt.getTime(), ...outcome })
    .onConflict((conflict) => conflict.column('model').doUpdateSet(outcome))
    .execute()
}

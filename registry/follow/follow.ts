import { isDeepStrictEqual } from 'node:util'
import { activeBaseline } from '../../control/declared/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import { listPolls, putPoll, type Poll } from '../../control/registry/polls.ts'
import { currentVersion } from '../../control/registry/versions.ts'
import { quoted } from '../../domain/printable.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import { adopt } from '../baseline/adopt.ts'
import { noBaseline } from '../baseline/no-baseline.ts'
import { versionBaseline } from '../baseline/version-baseline.ts'
import type { RegistryContext } from '../context.ts'
import { MlflowError } from '../mlflow/error.ts'
import { versionOfAlias, type ModelVersion } from '../mlflow/versions.ts'
import { isLinked, type LinkedModel } from '../status.ts'
import { firstDayBaseline } from './first-day.ts'
import { carryOutPromotions, type PromotionContext } from './promote.ts'

/** MLflow is asked for an alias so often, unless a webhook tells of it. */
export const POLL_MS = 2 * MINUTE_MS

export type FollowContext = RegistryContext & PromotionContext

/** What a look at the aliases gave. */
export interface Followed {
  /** Models of which something has changed that people see. */
  changed: string[]
  /** Models that cannot be followed now. */
  failing: number
  /** How MLflow failed, where it did. */
  failure: MlflowError | undefined
}

/** Looks at the alias of every model that is due, moves it to what was promoted, and follows those that were moved. */
export async function followAliases(
  context: FollowContext,
  models: readonly Model[],
  signal: AbortSignal,
): Promise<Followed> {
  const { store, clock } = context
  const polls = await listPolls(store.control)
  const linked = models.filter(isLinked)
  const due = linked.filter(({ name }) => isDue(polls.get(name), clock()))
  const followed: Followed = { changed: [], failing: 0, failure: undefined }
  for (const model of due) {
    const before = polls.get(model.name)
    const asked = clock()
    const outcome =
      followed.failure?.fault === 'unreachable' ? followed.failure : await follow(context, model)
    // What ends with the process says nothing of MLflow.
    if (signal.aborted) break
    const poll = nextPoll(model.name, before, asked, clock(), outcome)
    await putPoll(store.control, poll)
    polls.set(model.name, poll)
    if (outcome instanceof MlflowError) followed.failure = outcome
    const isMoved = !(outcome instanceof MlflowError) && outcome.isChanged
    if (isMoved || !isDeepStrictEqual(poll.problem, before?.problem)) followed.changed.push(model.name)
  }
  followed.failing = linked.filter(({ name }) => polls.get(name)?.problem !== undefined).length
  return followed
}

/** Whether a look is due: each two minutes, or because somebody asked for one since the last. */
export function isDue(poll: Poll | undefined, now: Date): boolean {
  if (poll?.lookedAt === undefined) return true
  return poll.askedAt > poll.lookedAt || now.getTime() - poll.lookedAt.getTime() >= POLL_MS
}

type Outcome = { isChanged: boolean; problem: string | undefined } | MlflowError

/** @param asked when the look began: what is asked for from then on asks for another */
export function nextPoll(
  model: string,
  before: Poll | undefined,
  asked: Date,
  now: Date,
  outcome: Outcome,
): Poll {
  const isAnswered = !(outcome instanceof MlflowError)
  const text = isAnswered ? outcome.problem : outcome.message
  return {
    model,
    askedAt: before?.askedAt ?? new Date(0),
    lookedAt: asked,
    checkedAt: isAnswered ? now : before?.checkedAt,
    problem: text === undefined ? undefined : { text, since: before?.problem?.since ?? now },
  }
}

async function follow(context: FollowContext, model: LinkedModel): Promise<Outcome> {
  try {
    const { model: registered, alias } = model.mlflow
    const isSettled = await carryOutPromotions(context, model)
    const version = await versionOfAlias(context.mlflow, registered, alias)
    if (version === undefined) {
      const problem = `MLflow has no model ${quoted(registered)} with the alias ${quoted(alias)}. Nothing is changed until it has.`
      return { isChanged: isSettled, problem }
    }
    const isFollowed = await followTo(context, model, version)
    return { isChanged: isSettled || isFollowed, problem: undefined }
  } catch (error) {
    if (error instanceof MlflowError) return error
    throw error
  }
}

/** Has a model be compared with the baseline of the version that its alias points to. Returns whether that changed anything. */
async function followTo(
  context: RegistryContext,
  model: LinkedModel,
  version: ModelVersion,
): Promise<boolean> {
  const { store, clock } = context
  const before = await currentVersion(store.control, model.name, model.mlflow)
  const now = clock()
  const audit = { actor: 'driftgauge', requestId: '' }
  const shared = { model: model.name, version, link: model.mlflow, now }
  if (before?.version === version.version && before.runId === version.runId) {
    if (before.baseline !== undefined || before.note === KEPT) return false
    const made = await firstDayBaseline(store, model, before, now)
    if (made?.outcome !== 'there') return false
    return adopt(store, { ...shared, baseline: made.baseline, note: '', audit: { ...audit, action: 'mlflow.baseline' } }) // prettier-ignore
  }
  // What somebody has chosen before the alias was ever looked at stays.
  if (before === undefined && (await activeBaseline(store.control, model.name)) !== undefined)
    return adopt(store, { ...shared, baseline: undefined, note: KEPT, audit: { ...audit, action: 'mlflow.seen' } }) // prettier-ignore
  const made = await versionBaseline({ ...context, now }, model, version, model.mlflow.baseline)
  return adopt(store, {
    ...shared,
    baseline: made.outcome === 'there' ? made.baseline : undefined,
    note: made.outcome === 'there' ? '' : noBaseline(made.reason, version, true),
    audit: { ...audit, action: before === undefined ? 'mlflow.seen' : 'mlflow.moved' },
  })
}

const KEPT =
  'The baseline that was active before the alias was followed is kept. "driftgauge mlflow import" activates that of the version.'

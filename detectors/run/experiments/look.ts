import { HOUR_MS } from '../../../domain/time.ts'
import { experimentDefinition, type Experiment } from '../../../control/declared/experiment.ts'
import { activeBaseline } from '../../../control/declared/baselines.ts'
import type { Model } from '../../../control/declared/model.ts'
import type { ExperimentStanding } from '../../../control/experiments/experiment-state.ts'
import type { Store } from '../../../store/engine/client.ts'
import { readHours, type StoredHour } from '../../../store/experiments/hours.ts'
import { decideExperiment } from '../../experiment/decide.ts'
import type { ExperimentDecision, ExperimentHours, ExperimentRule } from '../../experiment/experiment.ts'
import { resolveLabelDelay } from '../resolve-label-delay.ts'
import { countChangedHours } from './count-changed.ts'

export interface LookRequest {
  experiment: Experiment
  model: Model
  /** When it was declared as it is now. */
  declaredAt: Date
  before: ExperimentStanding | undefined
  now: Date
}

/** Adds the hours that have become mature, counts those anew that have changed, and says how the experiment stands. */
export async function lookAt(store: Store, request: LookRequest): Promise<ExperimentStanding> {
  const { experiment, model, now } = request
  const standing = standingBefore(request)
  const looked = { ...standing, lookedAt: now.toISOString() }
  if (standing.state !== 'undecided') return looked
  const problem = problemOf(experiment, model)
  if (problem !== undefined) return { ...looked, problem }
  const delay = await delayOf(store, experiment, now)
  if (delay === undefined) return { ...looked, problem: UNKNOWN_DELAY }
  const end = endOf(experiment, standing)
  const mature = Math.min(Math.floor((now.getTime() - delay) / HOUR_MS) * HOUR_MS, end)
  if (mature <= standing.startedAt.getTime()) return { ...looked, problem: null }
  const { definition } = standing
  const span = { from: standing.startedAt, to: new Date(mature) }
  await countChangedHours(store, { model, experiment, definition }, span, now)
  const hours = await readHours(store, { model: model.name, name: experiment.name, definition })
  const rule = ruleOf(experiment, standing)
  const outcome = decideExperiment(hoursOf(experiment, hours), rule, {
    matureUntil: mature,
    earlier: decisionOf(standing),
  })
  const { state, reason, point } = outcome.decision
  return {
    ...looked,
    state,
    reason,
    point: point ?? null,
    planRows: outcome.planRows ?? null,
    matureUntil: span.to.toISOString(),
    problem: null,
    decidedAt: state === 'undecided' ? null : now.toISOString(),
  }
}

const UNKNOWN_DELAY =
  'It is not known how long labels take: set `label_delay`, or wait until 200 labels have arrived.'

/** What is stored of it, or a beginning where it is declared anew. */
function standingBefore({ experiment, declaredAt, before, now }: LookRequest): ExperimentStanding {
  const definition = experimentDefinition(experiment)
  if (before?.definition === definition) return before
  const from = experiment.from === undefined ? declaredAt : new Date(experiment.from)
  return {
    definition,
    startedAt: new Date(Math.floor(from.getTime() / HOUR_MS) * HOUR_MS),
    state: 'undecided',
    reason: 'The experiment continues: no hour has mature labels yet.',
    point: null,
    planRows: null,
    matureUntil: null,
    problem: null,
    lookedAt: now.toISOString(),
    decidedAt: null,
    closed: null,
  }
}

function problemOf({ metric }: Experiment, model: Model): string | undefined {
  const needsPositive = model.task === 'binary' && metric !== 'accuracy' && model.positive === undefined
  return needsPositive
    ? `The ${metric} of a binary model needs its positive class: declare \`positive\` of ${model.name}.`
    : undefined
}

/** How long labels take, milliseconds; undefined where that is neither declared nor known. */
async function delayOf(store: Store, experiment: Experiment, now: Date): Promise<number | undefined> {
  if (experiment.label_delay !== undefined) return experiment.label_delay
  const baseline = await activeBaseline(store.control, experiment.model)
  if (baseline === undefined) return undefined
  return (await resolveLabelDelay(store, {}, baseline, now))?.delay
}

export function endOf(
  { duration }: Experiment,
  { startedAt }: Pick<ExperimentStanding, 'startedAt'>,
): number {
  return startedAt.getTime() + duration
}

/** How the experiment is decided. */
export function ruleOf(
  experiment: Experiment,
  standing: Pick<ExperimentStanding, 'startedAt' | 'planRows'>,
): ExperimentRule {
  const { metric, alpha, margin, min_rows, min_hours } = experiment
  return {
    metric,
    alpha,
    margin,
    minRows: min_rows,
    minHours: min_hours,
    end: endOf(experiment, standing),
    planRows: standing.planRows ?? undefined,
  }
}

/** What was counted, as the sequence takes it. */
export function hoursOf(
  { design }: Pick<Experiment, 'design'>,
  hours: readonly Omit<StoredHour, 'predictions'>[],
): ExperimentHours {
  const of = (side: StoredHour['side']) => hours.filter((one) => one.side === side)
  return design === 'paired'
    ? { design, differences: of('pairs') }
    : { design, champion: of('champion'), challenger: of('challenger') }
}

function decisionOf({ state, reason, point }: ExperimentStanding): ExperimentDecision {
  return { state, reason, point: (point ?? undefined) as ExperimentDecision['point'] }
}

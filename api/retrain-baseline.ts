import type { z } from 'zod'
import { recordStep, type Step } from '../alerts/retraining/record.ts'
import type { Retrain } from '../alerts/retraining/retrain.ts'
import { isNamed } from '../detectors/run/compared-baseline.ts'
import { activate, baselineFromWindow, bind } from '../ingest/baseline/baseline.ts'
import { listBaselines, type Baseline } from '../control/declared/baselines.ts'
import { monitors } from '../control/declared/monitor.ts'
import { countPredictions } from '../store/events/predictions.ts'
import { modelOr404, type ApiContext } from './context.ts'
import type { retrainRoutes } from './contract/alerting/retrains.ts'
import { Problem } from './problem.ts'

type Wanted = NonNullable<z.output<typeof retrainRoutes.reportRetrain.body>['baseline']>

/** A baseline for a new version: one that is stored, or a window that can be made one. */
export type NewBaseline =
  { stored: Baseline } | { window: { from: string; to: string; version?: string | undefined } }

type BaselineContext = Pick<ApiContext, 'store' | 'models' | 'clock'>

/** Checks a wish for a baseline. Throws a {@link Problem} where there is nothing to make it of. */
export async function findNewBaseline(
  { store, models }: Pick<ApiContext, 'store' | 'models'>,
  { request: { model } }: Retrain,
  version: string,
  wanted: Wanted,
): Promise<NewBaseline> {
  if ('data' in wanted) {
    const found = (await listBaselines(store.control, model)).filter((one) => isNamed(one, wanted.data))
    if (found.length === 1) return { stored: found[0] }
    throw unusable(
      'baseline.data',
      `the model "${model}" has ${found.length === 0 ? 'no baseline' : 'several baselines'} ${JSON.stringify(wanted.data)}`,
    )
  }
  if ((await models.find(model)) === undefined)
    throw unusable('baseline', `the model "${model}" no longer exists`)
  const { from, to } = wanted.window
  const only = wanted.all_versions ? undefined : version
  if ((await countPredictions(store, model, from, to, only)) === 0) {
    const whose = only === undefined ? '' : ` of version "${only}"`
    throw unusable(
      'baseline.window',
      `there are no predictions${whose} from ${from.toISOString()} to ${to.toISOString()}`,
    )
  }
  return { window: { from: from.toISOString(), to: to.toISOString(), version: only } }
}

/**
 * Makes the baseline, and notes it with the retraining. From now on the new version is compared with it, where the monitor
 * evaluates versions by themselves, else the whole model.
 */
export async function activateNewBaseline(
  context: BaselineContext,
  { request, state }: Retrain,
  wanted: NewBaseline,
  who: Pick<Step, 'by' | 'requestId'>,
): Promise<Retrain> {
  const { store, clock } = context
  const made =
    'stored' in wanted ? wanted.stored : await makeBaseline(context, request.model, state.version, wanted)
  const monitor = await monitors.find(store.control, request.monitor)
  const version = monitor?.by_version === true ? state.version : undefined
  if (version === undefined) await activate(store, request.model, made.version, clock())
  else await bind(store, request.model, version, made.version, clock())
  const comment = `baseline ${made.version} (${made.name})${version === undefined ? '' : `, for version "${version}"`}`
  const step: Step = { ...who, type: 'baseline', comment, baseline: made.version, at: clock() }
  const outcome = await recordStep(store, request.id, step)
  if (outcome.outcome === 'unknown') throw new Error(`the retraining ${request.id} has vanished`)
  return outcome.retrain
}

async function makeBaseline(
  { store, models, clock }: BaselineContext,
  name: string,
  version: string | undefined,
  { window }: Extract<NewBaseline, { window: unknown }>,
): Promise<Baseline> {
  const model = await modelOr404({ models }, name)
  const outcome = await baselineFromWindow(store, {
    model,
    name: `version ${version ?? ''} after retraining`.slice(0, 100),
    source: { window },
    now: clock(),
  })
  if (outcome.status !== 'created') throw unusable('baseline', outcome.reason)
  return outcome.baseline
}

const unusable = (path: string, message: string) =>
  new Problem(422, 'No baseline', `${path}: ${message}. Nothing was recorded.`, {
    errors: [{ path, message }],
  })

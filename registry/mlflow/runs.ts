import { z } from 'zod'
import type { Mlflow } from './client.ts'
import { MlflowError, unlessMissing } from './error.ts'

const API = '/api/2.0/mlflow'
const idSchema = z.object({ experiment_id: z.string().min(1) })
const byNameSchema = z.object({
  experiment: idSchema.extend({ lifecycle_stage: z.string().default('active') }),
})
const runSchema = z.object({ run: z.object({ info: z.object({ run_id: z.string().min(1) }) }) })
const foundSchema = z.object({ runs: z.array(runSchema.shape.run).default([]) })
const anySchema = z.looseObject({})

/** MLflow takes no more in a call. */
export const MAX_METRICS = 1_000
/** Values of a metric in a page: more than a month has hours. */
const MAX_HISTORY = 5_000

export interface Metric {
  key: string
  value: number
  /** Milliseconds since 1970. */
  timestamp: number
  step: number
}

export type Tags = Readonly<Record<string, string>>

/** The id of an experiment, which is made where there is none. */
export async function experimentNamed(mlflow: Mlflow, name: string): Promise<string> {
  const found = await readExperiment(mlflow, name)
  if (found !== undefined) return found
  try {
    return (await mlflow.send('POST', `${API}/experiments/create`, { name }, idSchema)).experiment_id
  } catch (error) {
    if (!(error instanceof MlflowError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error
    const made = await readExperiment(mlflow, name)
    if (made === undefined) throw error
    return made
  }
}

async function readExperiment(mlflow: Mlflow, name: string): Promise<string | undefined> {
  const query = { experiment_name: name }
  const found = await unlessMissing(mlflow.get(`${API}/experiments/get-by-name`, query, byNameSchema))
  if (found === undefined) return undefined
  const { experiment_id, lifecycle_stage } = found.experiment
  if (lifecycle_stage === 'active') return experiment_id
  throw new MlflowError('refused', `The MLflow experiment "${name}" is deleted: restore it in MLflow.`)
}

/** A run of the experiment with all of these tags, whose values have no quotes; it is made where there is none. */
export async function runTagged(
  mlflow: Mlflow,
  experimentId: string,
  name: string,
  tags: Tags,
  now: Date,
): Promise<string> {
  const filter = Object.entries(tags)
    .map(([key, value]) => `tags.\`${key}\` = '${value}'`)
    .join(' and ')
  const search = { experiment_ids: [experimentId], filter, max_results: 1, order_by: ['start_time ASC'] }
  const [found] = (await mlflow.send('POST', `${API}/runs/search`, search, foundSchema)).runs
  if (found !== undefined) return found.info.run_id
  const made = await mlflow.send(
    'POST',
    `${API}/runs/create`,
    {
      experiment_id: experimentId,
      run_name: name,
      start_time: now.getTime(),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    },
    runSchema,
  )
  const { run_id } = made.run.info
  // Nothing runs: metrics are added to it now and then.
  await mlflow.send('POST', `${API}/runs/update`, { run_id, status: 'FINISHED', end_time: now.getTime() }, anySchema) // prettier-ignore
  return run_id
}

const historySchema = z.object({
  metrics: z
    .array(
      z.object({
        key: z.string(),
        value: z.coerce.number(),
        timestamp: z.coerce.number(),
        step: z.coerce.number().default(0),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
})

/** Every value that a run has of a metric. */
export async function metricHistory(mlflow: Mlflow, runId: string, key: string): Promise<Metric[]> {
  const values: Metric[] = []
  let token: string | undefined
  do {
    const query = { run_id: runId, metric_key: key, max_results: MAX_HISTORY, page_token: token }
    const page = await mlflow.get(`${API}/metrics/get-history`, query, historySchema)
    values.push(...page.metrics)
    token = page.next_page_token
  } while (token !== undefined && token !== '')
  return values
}

/** Adds metrics to a run; those that it has already are not added again. */
export async function logMetrics(mlflow: Mlflow, runId: string, metrics: readonly Metric[]): Promise<void> {
  for (let start = 0; start < metrics.length; start += MAX_METRICS) {
    const some = metrics.slice(start, start + MAX_METRICS)
    await mlflow.send('POST', `${API}/runs/log-batch`, { run_id: runId, metrics: some }, anySchema)
  }
}

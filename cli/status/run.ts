import type { Environment } from '../../config.ts'
import { withApi, type ApiAccess } from '../client/api-client.ts'
import { ServiceFailure } from '../client/failure.ts'
import { NoAnswer } from '../client/http.ts'
import { paintOn } from '../shared/paint.ts'
import { outputWidth, say, sayJson } from '../shared/print.ts'
import { problemsOf, type BrokenPart, type MissedWindows } from './problems.ts'
import { tellSystem } from './system.ts'
import { renderStatus, type ModelState } from './render.ts'

/** Prints how everything stands. Returns the exit code: 1 where something fires, 3 where the state is not known. */
export async function status(
  environment: Environment,
  { json, system }: { json: boolean; system: boolean },
): Promise<number> {
  try {
    return await withApi(environment, (access) => (system ? tellSystem(access, json) : tell(access, json)))
  } catch (error) {
    // A script that asks for the state must not take silence for a mistake in its command line.
    throw error instanceof NoAnswer ? new ServiceFailure(error.message, { cause: error }) : error
  }
}

async function tell({ api, store }: ApiAccess, json: boolean): Promise<number> {
  const isRunning = store === undefined
  const { models } = await api.get<{ models: ModelState[] }>('/overview')
  const { missed_windows } = await api.get<{ missed_windows: MissedWindows[] }>('/missed-windows')
  const { broken_parts } = await api.get<{ broken_parts: BrokenPart[] }>('/store/broken-parts')
  const readiness = await api.readiness()
  const problems = problemsOf({ isRunning, missed: missed_windows, broken: broken_parts, readiness })
  if (json) sayJson({ models, running: isRunning, missed_windows, broken_parts, ...readiness })
  else
    for (const line of renderStatus({
      models,
      problems,
      width: outputWidth(),
      paint: paintOn(process.stdout),
    }))
      say(line)
  if (!isRunning || readiness.reasons.length > 0) return 3
  return models.some(({ firing }) => firing.length > 0) ? 1 : 0
}

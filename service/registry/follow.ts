import type { Logger } from 'pino'
import type { Live } from '../../api/live.ts'
import { followAliases, type FollowContext, type Followed } from '../../registry/follow/follow.ts'
import type { Models } from '../../store/models.ts'
import { every } from '../every.ts'
import type { RegistryMetrics } from './metrics.ts'

export interface FollowOptions extends FollowContext {
  models: Models
  log: Logger
  live: Live
  metrics: RegistryMetrics
  /** Whether this process does the work. */
  isOurs: () => Promise<boolean>
}

/** How often to see whether a look at an alias is due. */
const SEE_MS = 5_000

/** Follows aliases in MLflow from now on, apart from every check. Returns how to stop. */
export function startFollowing(options: FollowOptions): () => Promise<void> {
  const { models, live, metrics, log, isOurs } = options
  const outages = tellOnce(log)
  const stopping = new AbortController()
  let isBusy = false
  const stop = every(SEE_MS, async () => {
    if (isBusy) return
    isBusy = true
    try {
      if (stopping.signal.aborted || !(await isOurs())) return
      const followed = await followAliases(options, await models.list(), stopping.signal)
      outages(followed)
      metrics.failing.set(followed.failing)
      for (const model of followed.changed)
        for (const topic of ['models', 'baselines'] as const) live.publish({ topic, model })
    } catch (error) {
      log.error({ err: error }, 'following MLflow failed; it will be tried again')
    } finally {
      isBusy = false
    }
  })
  return async () => {
    stopping.abort()
    await stop()
  }
}

/** Says once that MLflow is away, and once that it is back. */
function tellOnce(log: Logger): (followed: Pick<Followed, 'failure' | 'failing'>) => void {
  let isAway = false
  return ({ failure, failing }) => {
    if (failure !== undefined && !isAway) {
      isAway = true
      log.warn(
        { reason: failure.message },
        'MLflow is not followed; checks go on, and it will be tried again',
      )
    } else if (isAway && failing === 0) {
      isAway = false
      log.info('MLflow is followed again')
    }
  }
}

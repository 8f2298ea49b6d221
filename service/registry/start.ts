import type { Registry } from 'prom-client'
import { startFollowing, type FollowOptions } from './follow.ts'
import { createRegistryMetrics } from './metrics.ts'
import { startWritingBack, type WriteBackOptions } from './write-back.ts'

export interface RegistryOptions extends Omit<FollowOptions, 'metrics'>, Omit<WriteBackOptions, 'metrics'> {
  registry: Registry
}

/** Works with MLflow from now on, each part in a loop of its own. Returns how to stop. */
export function startRegistry({ registry, ...options }: RegistryOptions): () => Promise<void> {
  const metrics = createRegistryMetrics(registry)
  const stops = [
    startFollowing({ ...options, metrics }),
    ...(options.writeBack ? [startWritingBack({ ...options, metrics })] : []),
  ]
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

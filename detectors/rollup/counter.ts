import { setTimeout } from 'node:timers/promises'
import { dirtyHours, type DirtyHour } from '../../store/events/dirty-hours.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { rollup } from './rollup.ts'

/** Brings the profiles of a model up to date. */
export interface Counter {
  /** Returns how many hours were counted. */
  (model: Model, now: Date): Promise<number>
  /** Grows whenever hours of a model may have been published. */
  published(model: string): number
}

/** A roll-up that whoever needs counts can ask for: of each model one at a time. */
export function createCounter(store: Store, nextGeneration: () => number): Counter {
  const running = new Map<string, Promise<unknown>>()
  const published = new Map<string, number>()
  const count = async (model: Model, now: Date) => {
    let hours: number | undefined
    try {
      hours = await rollup({ store, model, now, nextGeneration })
      return hours
    } finally {
      // One that fails may have published some.
      if (hours !== 0) published.set(model.name, (published.get(model.name) ?? 0) + 1)
    }
  }
  const counter = (model: Model, now: Date) => {
    const before = running.get(model.name) ?? Promise.resolve()
    const counting = before.then(() => count(model, now))
    // What fails is its caller's; who comes next tries again.
    running.set(
      model.name,
      counting.catch(() => {}),
    )
    return counting
  }
  return Object.assign(counter, { published: (model: string) => published.get(model) ?? 0 })
}

const PAUSE_MS = 500
/** The process that counts does so every minute. */
const MAX_WAIT_MS = 90_000

/** Waits until another process has counted what is stored by now; false where it has not for longer than it takes. */
export async function waitUntilCounted(store: Store, model: Model, clock: () => Date): Promise<boolean> {
  const requestedAt = clock()
  const key = ({ stream, hour, batch }: DirtyHour) => `${stream} ${hour.getTime()} ${batch}`
  const open = async () => (await dirtyHours(store, model.name, requestedAt)).map(key)
  const wanted = new Set(await open())
  // What comes meanwhile is dirty as well, and is not waited for.
  for (let left = wanted.size; left > 0;) {
    if (clock().getTime() > requestedAt.getTime() + MAX_WAIT_MS) return false
    await setTimeout(PAUSE_MS)
    left = (await open()).filter((one) => wanted.has(one)).length
  }
  return true
}

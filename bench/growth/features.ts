import { timed, withStore } from '../support.ts'
import { peakMemory } from './memory.ts'
import type { Measured } from './table.ts'
import { fillModel, mergesDone, timeChecks, timePages } from './watched-model.ts'

const HOURS = 48

export interface FeaturesSize {
  size: string
  features: number
  rows: number
  /** Hourly windows that are checked. */
  windows: number
}

/** What checks and pages of one model cost by the number of its features. */
export async function measureFeatures({ size, features, rows, windows }: FeaturesSize): Promise<Measured> {
  return withStore(async (store, directory) => {
    const watched = await fillModel(store, { features, rows, hours: HOURS })
    const counting = await peakMemory(() =>
      timed(() => watched.counter(watched.model, new Date(watched.end))),
    )
    await mergesDone(store)
    const checks = await timeChecks(watched, windows)
    const pages = await timePages(watched, directory)
    const millions = (rows * features) / 1e6
    return {
      size,
      values: {
        'check, ms': checks.ms,
        'check of 100 columns, ms': (100 * checks.ms) / features,
        'check of 100 columns, ms of CPU': (100 * checks.cpu) / features,
        'counting 1 million values, ms': counting.outcome.ms / millions,
        'counting 1 million values, ms of CPU': counting.outcome.cpu / millions,
        'overview, ms': pages.overview,
        'heatmap of a day, ms': pages.heatmap,
        'column page, ms': pages.column,
        'memory while checking, MB': checks.peak,
        'memory while counting, MB': counting.peak,
      },
    }
  })
}

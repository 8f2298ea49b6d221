import type { BenchOptions } from '../options.ts'
import { measureScheduler, type SchedulerSize } from '../scheduler.ts'
import { print } from '../support.ts'
import { measureFeatures, type FeaturesSize } from './features.ts'
import { measureStored, withoutRoom, type StoredSize } from './stored.ts'
import { growthTable, listed, type Measured } from './table.ts'

const STORED: StoredSize[] = [
  { size: '100 thousand', rows: 100_000 },
  { size: '1 million', rows: 1_000_000 },
  { size: '10 million', rows: 10_000_000 },
  { size: '100 million', rows: 100_000_000 },
].map((one) => ({ ...one, days: 90, newRows: 1_000_000, windows: 7 * 24 }))
const TINY_STORED: StoredSize[] = [{ size: '2 thousand', rows: 2_000, days: 3, newRows: 1_000, windows: 2 }]

type Scheduled = SchedulerSize & { size: string }

const MODELS = [1, 20, 100].map((models): Scheduled => ({
  size: `${models}`,
  models,
  monitors: models,
  columns: 30,
  rows: 1_000,
}))
const MONITORS = [100, 500].map((monitors): Scheduled => ({
  size: `${monitors}`,
  models: 10,
  monitors,
  columns: 50,
  rows: 1_000,
}))
const TINY_SCHEDULED: Scheduled[] = [{ size: '2', models: 2, monitors: 2, columns: 2, rows: 100 }]

const FEATURES = [20, 200, 2_000].map((features): FeaturesSize => ({
  size: features.toLocaleString('en-US'),
  features,
  rows: 24_000,
  windows: 24,
}))
const TINY_FEATURES: FeaturesSize[] = [{ size: '5', features: 5, rows: 480, windows: 2 }]

/**
 * How costs grow with what is stored and declared: each measured at several sizes, in tables with the ratios to the smallest.
 * Cells are called as in "stored 10 million", "models 20", "monitors 500", "features 2,000".
 */
export async function benchGrowth({ tiny, only = '' }: BenchOptions): Promise<void> {
  const table = async <Size extends { size: string }>(
    part: string,
    title: string,
    sizes: readonly Size[],
    measure: (size: Size) => Promise<Measured>,
    whyNot: (size: Size) => Promise<string | undefined> = async () => undefined,
  ) => {
    const measured: Measured[] = []
    for (const size of sizes) {
      const name = `${part} ${size.size}`
      if (!name.includes(only)) continue
      const reason = await whyNot(size)
      if (reason === undefined) {
        const found = await measure(size)
        print(`growth, ${name}: ${listed(found)}`)
        measured.push(found)
      } else print(`growth, ${name} is left out: it ${reason}`)
    }
    if (measured.length > 0) print(`\n${growthTable(title, measured)}`)
  }
  await table('stored', 'predictions stored', tiny ? TINY_STORED : STORED, measureStored, withoutRoom)
  await table('models', 'models, a monitor each', tiny ? TINY_SCHEDULED : MODELS, (size) =>
    measureModels(size),
  )
  await table('monitors', 'monitors of 50 columns', tiny ? TINY_SCHEDULED : MONITORS, measureMonitors)
  await table('features', 'features', tiny ? TINY_FEATURES : FEATURES, measureFeatures)
}

async function measureModels(size: Scheduled): Promise<Measured> {
  const { counted, all, quiet, overview } = await measureScheduler(size)
  return {
    size: size.size,
    values: {
      'a check of each, s': all.ms / 1_000,
      'counting a day, ms a model': counted.ms / size.models,
      'counting a day, ms of CPU a model': counted.cpu / size.models,
      'a check of each, ms a model': all.ms / size.models,
      'a check of each, ms of CPU a model': all.cpu / size.models,
      'a tick with nothing to do, ms': quiet.ms,
      'overview, ms': overview,
    },
  }
}

async function measureMonitors(size: Scheduled): Promise<Measured> {
  const { declared, all, again, quiet, overview } = await measureScheduler(size)
  return {
    size: size.size,
    values: {
      'a check of each, s': all.ms / 1_000,
      'a check of each, s of CPU': all.cpu / 1_000,
      'a check of each, ms a monitor': all.ms / size.monitors,
      'the tick after it, ms': again.ms,
      'a tick with nothing to do, ms': quiet.ms,
      'declaring one, ms': declared,
      'overview, ms': overview,
    },
  }
}

/** How the cases of each method of the golden file are run. */
import { calibrationRunners } from './calibration.ts'
import { changePointRunners } from './change-points.ts'
import { columnRunners } from './columns.ts'
import type { Runners } from './outcome.ts'
import { performanceRunners } from './performance.ts'
import { twoSampleRunners } from './two-sample.ts'

export const methods: Runners = {
  ...columnRunners,
  ...twoSampleRunners,
  ...performanceRunners,
  ...calibrationRunners,
  ...changePointRunners,
}

/** What makes an evaluation another result: other data, but not another order of adding. */
import { expect, test } from 'vitest'
import { findConcept } from '../../../detectors/run/find-concept.ts'
import { findPerformance } from '../../../detectors/run/find-performance.ts'
import type { LabelledWindows } from '../../../detectors/run/labelled-windows.ts'
import { toResult, type Finding, type RunRequest } from '../../../detectors/run/run-request.ts'
import type { Baseline } from '../../../control/declared/baselines.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitorSchema } from '../../../control/declared/monitor.ts'
import type { LabelledColumn } from '../../../store/labelled/labelled-profiles.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'

const model = modelSchema.parse({ name: 'm', task: 'regression', features: { x: 'numeric' } })
const monitor = monitorSchema.parse({ name: 'daily', model: 'm', window: '24h', every: '24h' })
const request = { model, monitor, end: new Date(0), now: new Date(0), codeVersion: '1' } as RunRequest
const rule = { alpha: 1e-3, thresholds: { warning: 0.05, critical: 0.1 }, minRows: 200 }
const prediction: BaselineColumn = {
  role: 'prediction',
  name: 'prediction',
  kind: 'numeric',
  source: 'prediction',
  binning: { kind: 'numeric', edges: [0, 1, 2], groups: { by: 'edge', edges: [] }, centre: 0 },
  profile: { counts: [], sums: [], squares: 0 },
}

/** Labelled rows of a regression, whose labels are so many times as far off. */
function sums(times: number): LabelledColumn[] {
  const scaled = (values: number[]) => values.map((value) => value * times)
  return [
    { role: 'loss', column: '', counts: [900, 900, 0, 0], sums: scaled([500, 0, 400]), squares: scaled([900, 0]) },
    { role: 'prediction', column: 'prediction', counts: [0, 300, 300, 300], sums: scaled([0, 30, 60, 90]), squares: scaled([0, 300, 300, 300]) },
  ] // prettier-ignore
}

async function ids(times: number): Promise<string[]> {
  const sides = { baseline: sums(1), window: sums(times) }
  const windows: LabelledWindows = {
    scale: { kind: 'number', centre: 0 },
    from: () => Promise.resolve(sides),
    losses: () => Promise.resolve(sides),
  }
  const found: Finding[] = [
    ...(await findPerformance(request, windows, [], 'rmse', rule)),
    ...(await findConcept(request, windows, { deciding: [prediction], features: [] }, rule)),
  ]
  return found.map((finding) => toResult(request, { hash: 'h' } as Baseline, finding).id)
}

test('a corrected label of a regression makes another result, although it changes no count', async () => {
  const [performance, concept] = await ids(1)
  const [corrected, correctedConcept] = await ids(1.001)
  expect(corrected).not.toBe(performance)
  expect(correctedConcept).not.toBe(concept)
})

test('another order of adding does not', async () => {
  expect(await ids(1.5 * (1 + 1e-14))).toEqual(await ids(1.5))
})

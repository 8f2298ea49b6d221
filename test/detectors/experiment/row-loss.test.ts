import { expect, test } from 'vitest'
import { rowLoss, type LabelledRow, type LossTask } from '../../../detectors/experiment/row-loss.ts'
import type { ExperimentMetric } from '../../../domain/experiment.ts'

const binary: LossTask = { task: 'binary', positive: 'yes' }
const multiclass: LossTask = { task: 'multiclass' }
const regression: LossTask = { task: 'regression' }
const row = (of: Partial<LabelledRow>): LabelledRow => ({ prediction: null, score: null, scores: {}, label: null, ...of }) // prettier-ignore

test.each<[ExperimentMetric, LossTask, Partial<LabelledRow>, number | undefined]>([
  ['log_loss', binary, { score: 0.8, label: 'yes' }, 0.22314355],
  ['log_loss', binary, { score: 0.8, label: 'no' }, 1.60943791],
  ['log_loss', binary, { score: 0, label: 'yes' }, 4.60517019],
  ['log_loss', binary, { score: 1, label: 'yes' }, 0.01005034],
  ['log_loss', { task: 'binary' }, { score: 0.8, label: 'yes' }, undefined],
  ['log_loss', binary, { prediction: 'yes', label: 'yes' }, undefined],
  ['log_loss', binary, { score: 0.8 }, undefined],
  ['log_loss', multiclass, { scores: { a: 0.5, b: 0.5 }, label: 'a' }, 0.69314718],
  ['log_loss', multiclass, { scores: { a: 0.5 }, label: 'c' }, 4.60517019],
  ['log_loss', multiclass, { label: 'c' }, undefined],
  ['log_loss', regression, { prediction: 1, label: 1 }, undefined],
  ['brier', binary, { score: 0.8, label: 'yes' }, 0.04],
  ['brier', binary, { score: 0.8, label: 'no' }, 0.64],
  ['brier', multiclass, { scores: { a: 0.5, b: 0.3, c: 0.2 }, label: 'b' }, 0.25 + 0.49 + 0.04],
  ['brier', multiclass, { scores: { a: 1 }, label: 'constructor' }, 2],
  ['brier', regression, { prediction: 1, label: 1 }, undefined],
  ['accuracy', binary, { prediction: 'yes', label: 'yes' }, 0],
  ['accuracy', multiclass, { prediction: 'a', label: 'b' }, 1],
  ['accuracy', binary, { score: 0.8, label: 'yes' }, undefined],
  ['accuracy', regression, { prediction: 1, label: 1 }, undefined],
  ['squared_error', regression, { prediction: 5, label: 2 }, 9],
  ['squared_error', regression, { prediction: 1e60, label: 0 }, undefined],
  ['squared_error', binary, { score: 0.8, label: 'yes' }, undefined],
  ['absolute_error', regression, { prediction: -5, label: 2 }, 7],
  ['absolute_error', regression, { prediction: null, label: 2 }, undefined],
])('%s of %j with %j is %s', (metric, task, given, expected) => {
  const loss = rowLoss(metric, row(given), task)
  if (expected === undefined) expect(loss).toBeUndefined()
  else expect(loss).toBeCloseTo(expected, 8)
})

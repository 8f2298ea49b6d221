import { expect, test } from 'vitest'
import { outcomeNaming } from '../../../ingest/baseline/outcome-columns.ts'

test('columns that hold outcomes are called so, and the others as in the file', () => {
  const { nameOf } = outcomeNaming({ label: 'late', score: 'p' })
  expect(['late', 'p', 'hour', 'prediction'].map(nameOf)).toEqual(['label', 'score', 'hour', 'prediction'])
})

test.each([
  ['that the file lacks', { label: 'late' }, ['hour'], 'there is no column "late" for the label'],
  [
    'beside one that is called so already',
    { label: 'late' },
    ['late', 'label'],
    'the file has a column "label" already, so "late" cannot be read as the label; rename one of them',
  ],
  [
    'for two outcomes',
    { label: 'late', prediction: 'late' },
    ['late'],
    'one column cannot be several of prediction, score and label',
  ],
  ['that are called so', { label: 'label' }, ['hour'], undefined],
  ['that change places', { label: 'prediction', prediction: 'label' }, ['label', 'prediction'], undefined],
])('columns %s', (_, columns, names, problem) => {
  expect(outcomeNaming(columns).problem(names)).toBe(problem)
})

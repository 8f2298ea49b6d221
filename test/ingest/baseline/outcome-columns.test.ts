import { expect, test } from 'vitest'
import { outcomeNaming, type OutcomeColumns } from '../../../ingest/baseline/outcome-columns.ts'

test('columns that hold outcomes are called so, and the others as in the file', async () => {
  expect(await called({ label: 'late', score: 'p' }, ['late', 'p', 'hour', 'prediction'])).toEqual([
    'label',
    'score',
    'hour',
    'prediction',
  ])
  expect(await called('guess', ['y_pred', 'target', 'x'])).toEqual(['prediction', 'label', 'x'])
})

async function called(columns: OutcomeColumns | 'guess', names: string[]) {
  const named = await outcomeNaming(columns)(names)
  return 'problem' in named ? named.problem : names.map(named.nameOf)
}

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
  ['that are called so', { label: 'label' }, ['hour'], ['hour']],
  ['that there are not', { label: '' }, ['hour'], ['hour']],
  ['that change places', { label: 'prediction', prediction: 'label' }, ['label', 'prediction'], ['prediction', 'label']], // prettier-ignore
])('columns %s', async (_, columns, names, outcome) => {
  expect(await called(columns, names)).toEqual(outcome)
})

import { expect, test } from 'vitest'
import { guessOutcomes } from '../../../ingest/baseline/outcome-columns.ts'
import { columnsByName } from '../../../ingest/columns/column-names.ts'

test.each([
  [['sepal length', 'species'], { label: 'species' }],
  [['x', 'y'], { label: 'y' }],
  [['x', 'y_true', 'y_pred', 'predict_proba'], { label: 'y_true', prediction: 'y_pred', score: 'predict_proba' }], // prettier-ignore
  [['Label', 'label', 'Score'], { label: 'label', score: 'Score' }],
  [['class', 'target'], { label: 'target' }],
  [['hour', 'origin'], {}],
])('outcomes of a training file with the columns %j', (columns, guessed) => {
  expect(guessOutcomes(columns)).toEqual(guessed)
})

test('what the user says stands, and no column is two outcomes', () => {
  expect(guessOutcomes(['target', 'score'], { prediction: 'target', label: 'score' })).toEqual({
    prediction: 'target',
    label: 'score',
  })
})

test.each([
  [['request_id', 'scored_at', 'model_version', 'hour'], { id: 'request_id', ts: 'scored_at', version: 'model_version' }], // prettier-ignore
  [['Prediction ID', 'timestamp', 'created_at'], { id: 'Prediction ID', ts: 'timestamp' }],
])('fields of a log with the columns %j', (columns, guessed) => {
  expect(columnsByName(['id', 'ts', 'version'], columns)).toEqual(guessed)
})

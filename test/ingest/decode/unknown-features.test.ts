import { expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { predictionDecoder } from '../../../ingest/decode/decode-prediction.ts'

const now = Date.UTC(2026, 0, 5)

function decode(
  unknown_features: 'strict' | 'warn' | 'ignore' | undefined,
  features: Record<string, unknown>,
) {
  const model = modelSchema.parse({
    name: 'm',
    task: 'binary',
    features: { distance: 'numeric' },
    unknown_features,
  })
  return predictionDecoder(model)({ id: 'a', ts: now, prediction: 1, features }, now)
}

test('strict rejects an event with an undeclared feature, and says which was meant', () => {
  expect(decode('strict', { distance: 1, distanse: 2 })).toEqual({
    status: 'rejected',
    reason: 'unknown_feature',
    detail: 'the feature "distanse" is not declared; did you mean "distance"?',
  })
  expect(decode('strict', { colour: 2 })).toMatchObject({
    detail:
      'the feature "colour" is not declared; declare it, or set `unknown_features` of the model to `warn`',
  })
  expect(decode('strict', { distance: 1 })).toMatchObject({ status: 'accepted' })
})

test.each(['warn', undefined] as const)('%s stores the event and names the feature', (policy) => {
  const decoded = decode(policy, { distance: 1, distanse: 2 })
  expect(decoded).toMatchObject({
    status: 'accepted',
    fieldProblems: [['features.distanse', 'unknown_feature', 2]],
  })
  expect((decoded as { line: string }).line).toContain('["distanse"]')
})

test('ignore stores the event and says nothing', () => {
  const decoded = decode('ignore', { distance: 1, distanse: 2 })
  expect(decoded).toMatchObject({ status: 'accepted', fieldProblems: [] })
  expect((decoded as { line: string }).line).not.toContain('distanse')
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readSignature } from '../../../registry/signature/signature.ts'
import { chooseTask } from '../../../registry/signature/task.ts'

const mlmodel = (inputs: unknown, outputs?: unknown) =>
  stringify({
    signature: {
      inputs: JSON.stringify(inputs),
      outputs: outputs === undefined ? null : JSON.stringify(outputs),
    },
  })
const tensor = (dtype: string, ...shape: number[]) => ({ type: 'tensor', 'tensor-spec': { dtype, shape } })
const COLUMN = [{ type: 'double', name: 'x', required: true }]

describe('the signature of a model', () => {
  test('names the features with their kinds', () => {
    const types = ['integer', 'long', 'float', 'double', 'boolean', 'string', 'datetime', 'binary', 'array']
    const inputs = types.map((type) => ({ type, name: `a ${type}`, required: false }))
    expect(readSignature(mlmodel(inputs, COLUMN))).toEqual({
      outcome: 'columns',
      features: [
        { name: 'a integer', kind: 'numeric' },
        { name: 'a long', kind: 'numeric' },
        { name: 'a float', kind: 'numeric' },
        { name: 'a double', kind: 'numeric' },
        { name: 'a boolean', kind: 'categorical' },
        { name: 'a string', kind: 'categorical' },
      ],
      leftOut: ['datetime', 'binary', 'array'].map((type) => ({
        column: `a ${type}`,
        reason: `values of the type "${type}" are not monitored`,
      })),
      outputs: 'numbers',
    })
  })

  test.each<[unknown, string]>([
    [[tensor('int64', -1)], 'classes'],
    [[tensor('int64', -1, 1)], 'classes'],
    [[tensor('float64', -1)], 'numbers'],
    [[tensor('float32', -1, 3)], 'untold'],
    [[tensor('bool', -1)], 'two_classes'],
    [[tensor('str', -1)], 'classes'],
    [[tensor('object', -1)], 'classes'],
    [[tensor('datetime64[ns]', -1)], 'untold'],
    [[{ type: 'long' }], 'classes'],
    [[{ type: 'string', name: 'y' }], 'classes'],
    [[{ type: 'boolean' }], 'two_classes'],
    [[{ type: 'double' }], 'numbers'],
    [[{ type: 'double' }, { type: 'string' }], 'untold'],
    [undefined, 'untold'],
  ])('tells of the outputs %j: %s', (outputs, expected) => {
    expect(readSignature(mlmodel(COLUMN, outputs))).toMatchObject({ outputs: expected })
  })

  test.each<[string, string | undefined, RegExp]>([
    ['no file', undefined, /no file "MLmodel"/],
    ['no signature', 'flavors: {}', /no signature.*infer_signature/],
    ['an empty signature', 'signature: null', /no signature/],
    ['what is not YAML', '{', /cannot be read/],
    ['inputs that are not JSON', 'signature: { inputs: "[" }', /inputs of the signature cannot be read/],
    ['tensors', mlmodel([tensor('float64', -1, 8)]), /tensors.*DataFrame.*key "mlflow"/],
    ['columns without a name', mlmodel([{ type: 'double' }]), /has no name/],
    ['nothing to monitor', mlmodel([{ type: 'datetime', name: 't' }]), /None of the inputs/],
  ])('is of no use with %s', (_, text, reason) => {
    expect(readSignature(text)).toMatchObject({ outcome: 'unusable', reason: expect.stringMatching(reason) })
  })

  test('can be anything', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => mlmodel(value, value)),
        ),
        (text) => {
          expect(['columns', 'unusable']).toContain(readSignature(text).outcome)
        },
      ),
    )
  })
})

test.each([
  ['regression', 'classes', 'binary', 'regression'],
  [undefined, 'two_classes', undefined, 'binary'],
  [undefined, 'numbers', undefined, 'regression'],
  [undefined, 'numbers', 'regression', 'regression'],
  [undefined, 'numbers', 'binary', /gives out numbers, but.*--task/],
  [undefined, 'classes', undefined, /does not tell.*--task/],
  [undefined, 'classes', 'multiclass', 'multiclass'],
  [undefined, 'classes', 'regression', /many different/],
  [undefined, 'untold', 'regression', 'regression'],
  [undefined, 'untold', undefined, /--task/],
] as const)('the task of %s, %s and %s', (given, outputs, suggested, expected) => {
  const choice = chooseTask(given, outputs, suggested)
  if (typeof expected === 'string') expect(choice).toEqual({ outcome: 'task', task: expected })
  else expect(choice).toMatchObject({ outcome: 'unclear', reason: expect.stringMatching(expected) })
})

import fc from 'fast-check'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { declarationOf, modelSchema } from '../../control/declared/model.ts'
import { mergePatch } from '../../api/contract/merge-patch.ts'
import {
  changesBetween,
  featuresYaml,
  isSame,
  patchOf,
  valueText,
  withTaken,
} from '../../dashboard/feature-changes.ts'
import { featureOf, formOf, readForm, type Feature } from '../../dashboard/feature-form.ts'

/** As the API answers a model with these features. */
function declared(features: Record<string, unknown>): Record<string, Feature> {
  const model = declarationOf(modelSchema.parse({ name: 'm', task: 'regression', features }))
  return Object.fromEntries(
    Object.entries(model.features).map(([name, feature]) => [name, featureOf(feature)]),
  )
}

const text = fc.string({ unit: 'binary', maxLength: 8 }).filter((value) => value.isWellFormed())
const tolerance = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined })
const numeric = fc
  .record({ min: fc.double({ min: -9, max: 0, noNaN: true }), max: fc.double({ min: 1, max: 9, noNaN: true }), tolerance })
  .map((constraints) => ({ kind: 'numeric', importance: 2, ...constraints })) // prettier-ignore
const categorical = fc
  .record({ allowed: fc.array(text, { minLength: 1, maxLength: 5 }), tolerance })
  .map((constraints) => ({ kind: 'categorical', required: true, ...constraints }))

describe('the form of a feature', () => {
  test('gives back whatever is declared', () =>
    fc.assert(
      fc.property(fc.oneof(numeric, categorical), (given) => {
        const { f } = declared({ f: given })
        expect(readForm(formOf(f), f)).toEqual({ feature: JSON.parse(JSON.stringify(f)) as object })
      }),
    ))

  const empty = formOf({ kind: 'numeric' })
  test.each([
    [{ min: 'many' }, 'numeric', { min: 'write a number, such as 0.5' }],
    [{ min: '5', max: '1' }, 'numeric', { min: 'the minimum must not exceed the maximum' }],
    [{ allowed: '1\ntwo' }, 'numeric', { allowed: 'write a number on each line' }],
    [{ min: '1' }, 'categorical', { min: 'only a numeric feature has a minimum' }],
    [{ pattern: '(' }, 'categorical', { pattern: expect.stringContaining('not a regular expression') }],
    [{ pattern: '(?=a)' }, 'categorical', { pattern: expect.stringContaining('lookarounds') }],
    [{ required: true, tolerance: '2' }, 'numeric', { tolerance: 'write a share between 0 and 1' }],
    [{ tolerance: '0.1' }, 'numeric', { tolerance: expect.stringContaining('needs one of') }],
  ] as const)('%j of a %s feature is refused as by the API', (typed, kind, problems) => {
    expect(readForm({ ...empty, ...typed }, { kind })).toEqual({ problems })
  })

  test('is refused exactly where the API refuses what it declares', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('numeric' as const, 'categorical' as const),
        fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
        fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
        fc.option(fc.constantFrom('a+', '(', '(?!a)', 'x'.repeat(501)), { nil: undefined }),
        fc.option(fc.double({ min: -0.5, max: 1.5, noNaN: true }), { nil: undefined }),
        fc.boolean(),
        (kind, min, max, pattern, tolerance, required) => {
          const given = { kind, min, max, pattern, tolerance, ...(required && { required }) } as Feature
          const byApi = modelSchema.safeParse({ name: 'm', task: 'regression', features: { f: given } })
          expect(readForm(formOf(given), given).problems === undefined).toBe(byApi.success)
        },
      ),
    ))

  test('spells categories as the API does, each once', () => {
    const typed = { ...empty, allowed: 'true\n1\n\n"" \n a\n"x\\ny"' }
    expect(readForm(typed, { kind: 'categorical' }).feature?.allowed).toEqual(['1', '', ' a', 'x\ny'])
  })
})

test('changes are told by constraint, whatever the order of values', () => {
  const before: Feature = { kind: 'categorical', allowed: ['a', 'b'], required: true }
  expect(changesBetween(before, { ...before, allowed: ['b', 'a'] })).toEqual([])
  expect(changesBetween(before, { kind: 'categorical', pattern: '.', required: false })).toEqual([
    { field: 'allowed', before: ['a', 'b'], after: undefined },
    { field: 'pattern', before: undefined, after: '.' },
    { field: 'required', before: true, after: false },
  ])
  expect([isSame(0, undefined), isSame(false, undefined), isSame(0, 0)]).toEqual([false, true, true])
})

test('a patch turns each feature into what it is to be, and leaves the others', () =>
  fc.assert(
    fc.property(fc.oneof(numeric, categorical), fc.oneof(numeric, categorical), (one, other) => {
      const before = declared({ f: one, g: 'numeric' })
      const { f: after } = declared({ f: other })
      const patched = mergePatch({ features: before }, patchOf([{ name: 'f', before: before.f, after }]))
      expect(patched).toEqual({ features: { f: after, g: before.g } })
    }),
  ))

test('the YAML reads back as the same features, with values on one line', () => {
  const features = declared({
    '<img>: #': { kind: 'categorical', allowed: ['no', '1', '# x'] },
    b: 'numeric',
  })
  const yaml = featuresYaml(Object.entries(features))
  expect(declared((parse(yaml) as { features: Record<string, unknown> }).features)).toEqual(features)
  expect(yaml).toContain('allowed: [no, "1", "# x"]')
  expect(yaml).toContain('  b: numeric\n')
})

test('long lists of values are cut', () => {
  expect(valueText(['a', 'b', '', 'd', 'e', 'f'])).toBe('a, b, "", d and 2 more')
})

test('what is taken over adds up by feature, and what is not declared is left out', () => {
  const features = new Map<string, Feature>([['a', { kind: 'numeric', max: 1 }]])
  const taken = [
    { feature: 'a', field: 'min', value: 0 },
    { feature: 'a', field: 'max', value: 9 },
    { feature: 'gone', field: 'min', value: 0 },
  ] as const
  expect(withTaken(features, taken)).toEqual([['a', { kind: 'numeric', min: 0, max: 9 }]])
})

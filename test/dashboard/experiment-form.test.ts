import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { experimentSchema } from '../../control/declared/experiment.ts'
import { declarationYaml } from '../../dashboard/declare/yaml.ts'
import { formFor, readExperiment } from '../../dashboard/experiment-form.ts'
import { coverageWords } from '../../dashboard/experiment-words.ts'
import { newestOfBoth } from '../../dashboard/version-drift.ts'

const versions = [
  { version: '3', rows: 100, shadow: 100 },
  { version: '2', rows: 90, shadow: 0 },
  { version: '1', rows: 10, shadow: 2 },
]

describe('the form of an experiment', () => {
  test('suggests the version that serves most against the next one', () => {
    expect(formFor('shop', 'binary', versions)).toMatchObject({ champion: '2', challenger: '3', design: 'paired', metric: 'log_loss' }) // prettier-ignore
    expect(formFor('shop', 'regression', versions.slice(1))).toMatchObject({ champion: '2', challenger: '1', design: 'split', metric: 'squared_error' }) // prettier-ignore
    expect(formFor('shop', 'binary', [])).toMatchObject({ champion: '', challenger: '' })
  })

  test('makes a declaration that the API takes, and YAML that says the same', () => {
    const form = {
      ...formFor('shop', 'binary', versions),
      name: ' v3 ',
      margin: '1e-3',
      from: ' 2026-01-03T00:00:00Z',
      champion: '1: "x"\n#',
    }
    const { declaration } = readExperiment({ ...form, channels: ['team'] })
    expect(declaration).toMatchObject({
      name: 'v3',
      margin: 0.001,
      from: '2026-01-03T00:00:00Z',
      channels: ['team'],
    })
    const [read] = (parse(declarationYaml('experiments', declaration!)) as { experiments: unknown[] })
      .experiments
    expect(read).toEqual(declaration)
    expect(() => experimentSchema.parse(read)).not.toThrow()
  })

  test('begins with the defaults of a declaration', () => {
    const { declaration } = readExperiment({ ...formFor('shop', 'binary', versions), name: 'v3' })
    const { name, model, champion, challenger, metric } = declaration!
    expect(experimentSchema.parse(declaration)).toEqual(
      experimentSchema.parse({ name, model, champion, challenger, metric }),
    )
  })

  test.each([
    [{ name: ' ' }, ['name']],
    [{ min_rows: 'many', min_hours: '' }, ['min_rows', 'min_hours']],
    [{ margin: 'small', alpha: '' }, ['margin', 'alpha']],
    [{ champion: '3' }, ['challenger']],
  ])('says what is wrong with %j at its field', (change, fields) => {
    const outcome = readExperiment({ ...formFor('shop', 'binary', versions), name: 'v3', ...change })
    expect(outcome.declaration).toBeUndefined()
    expect(Object.keys(outcome.problems)).toEqual(fields)
  })
})

describe('what was left out', () => {
  test('of pairs is what has no answer or no label', () => {
    expect(coverageWords('paired', { champion: 1200, challenger: null, compared: 1000 }, 1000)).toEqual([
      '1,200 predictions of the champion, 1,000 pairs compared.',
      expect.stringMatching(/^200 predictions left out/),
    ])
    expect(coverageWords('paired', { champion: 5, challenger: null, compared: 5 }, 5)).toHaveLength(1)
  })

  test('of split traffic also what only one version saw', () => {
    expect(coverageWords('split', { champion: 50, challenger: 60, compared: 100 }, 90)).toEqual([
      '50 predictions of the champion and 60 predictions of the challenger, 90 rows compared.',
      expect.stringMatching(/^10 predictions left out/),
      expect.stringMatching(/^10 rows left out/),
    ])
  })
})

test('the newest verdicts of both versions stand beside each other, the worst first', () => {
  const row = (column: string, ...verdicts: (string | null)[]) =>
    ({ kind: 'feature', column, verdicts, effects: verdicts.map((_, i) => i) }) as unknown as Parameters<typeof newestOfBoth>[0][number] // prettier-ignore
  expect(
    newestOfBoth([row('a', 'ok'), row('b', 'warning', null)], [row('b', null), row('c', 'ok', 'critical')]),
  ).toEqual([
    { kind: 'feature', column: 'c', champion: undefined, challenger: { verdict: 'critical', effect: 1 } },
    { kind: 'feature', column: 'b', champion: { verdict: 'warning', effect: 0 }, challenger: undefined },
    { kind: 'feature', column: 'a', champion: { verdict: 'ok', effect: 0 }, challenger: undefined },
  ])
})

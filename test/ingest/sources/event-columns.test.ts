import { describe, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { sourceSchema } from '../../../control/declared/sources/source.ts'
import { eventColumns } from '../../../ingest/sources/event-columns.ts'

const model = modelSchema.parse({
  name: 'm',
  task: 'binary',
  features: { age: 'numeric', plan: 'categorical' },
})
const columns = (...names: string[]) => names.map((name) => ({ name, type: 'Nullable(String)' }))
const found = (names: string[], more: object = {}, constants: Record<string, string | null> = {}) => {
  const source = sourceSchema.parse({ name: 's', model: 'm', folder: { path: '/x' }, ...more })
  return eventColumns(columns(...names), { source, model, file: { constants, modifiedAt: 1_000 } }).map(
    ({ kind, columns: used, only }) => ({ kind, names: used.map(({ name }) => name), used, only }),
  )
}

describe('the events of a file', () => {
  test.each<[string, string[], object, [string, string[]][]]>([
    [
      'predictions',
      ['id', 'ts', 'age', 'prediction'],
      {},
      [['predictions', ['id', 'ts', 'age', 'prediction']]],
    ],
    ['features alone are predictions', ['id', 'ts', 'age'], {}, [['predictions', ['id', 'ts', 'age']]]],
    ['a label without a prediction is a label alone', ['id', 'label', 'age'], {}, [['labels', ['id', 'label', 'labelled_at']]]], // prettier-ignore
    [
      'a label beside a score is both',
      ['id', 'ts', 'score', 'label'],
      {},
      [
        ['predictions', ['id', 'ts', 'score']],
        ['labels', ['id', 'prediction_ts', 'label', 'labelled_at']],
      ],
    ],
    ['a label that came so long after its prediction has no time of the file', ['id', 'label'], { label_delay: '1d' }, [['labels', ['id', 'label']]]], // prettier-ignore
    ['a column that another field takes the name of is a feature', ['id', 'key', 'ts', 'score'], { columns: { id: 'key' } }, [['predictions', ['id', 'id', 'ts', 'score']]]], // prettier-ignore
    ['a column that is ignored is not there', ['id', 'ts', 'score', 'note'], { ignore: ['note'] }, [['predictions', ['id', 'ts', 'score']]]], // prettier-ignore
  ])('%s', (_, names, more, expected) => {
    expect(found(names, more).map((one) => [one.kind, one.names])).toEqual(expected)
  })

  test('values that hold for all rows are read as their column is declared', () => {
    const [{ used }] = found(['id', 'score'], { columns: { ts: 'day' }, timezone: 'Europe/Berlin' }, { day: '2026-10-02', age: '41', plan: '7', version: null }) // prettier-ignore
    expect(
      used.filter(({ constant }) => constant !== undefined).map(({ name, constant }) => [name, constant]),
    ).toEqual([
      ['ts', { kind: 'time', value: Date.UTC(2026, 9, 1, 22) }],
      ['age', { kind: 'float', value: 41 }],
      ['plan', { kind: 'text', value: '7' }],
      ['version', { kind: 'text', value: null }],
    ])
  })

  test('what holds for all rows says of a number what a cell would', () => {
    const ages = [' 41 ', '4.1e1', 'true', '', 'NULL', '0x29', '41 years']
    const read = ages.map((age) => found(['id', 'ts', 'score'], {}, { age })[0].used.find(({ name }) => name === 'age')?.constant?.value) // prettier-ignore
    expect(read).toEqual([41, 41, 1, null, null, '0x29', '41 years'])
    const [{ used }] = found(['id', 'ts'], {}, { score: '0.5' })
    expect(used.at(-1)).toMatchObject({ name: 'score', constant: { kind: 'float', value: 0.5 } })
  })

  test('a column of the file wins over a value of its path', () => {
    const [{ used }] = found(['id', 'ts', 'score', 'age'], {}, { age: '41' })
    expect(used.filter(({ name }) => name === 'age')).toMatchObject([{ from: 'age' }])
  })

  test('beside predictions, only rows that have a label are labels', () => {
    expect(found(['id', 'ts', 'score', 'y'], { columns: { label: 'y' } })[1].only).toBe('isNotNull(`y`)')
    expect(found(['id', 'y'], { columns: { label: 'y' } })[0].only).toBeUndefined()
  })
})

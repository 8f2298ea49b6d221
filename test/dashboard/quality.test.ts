import { describe, expect, test } from 'vitest'
import {
  checkedShares,
  dataMemberName,
  declaredRules,
  findingName,
  otherValuesWords,
} from '../../dashboard/quality.ts'
import { reasonOf } from '../../domain/words/wording.ts'

type Column = Parameters<typeof checkedShares>[0]

const column: Column = {
  kind: 'feature',
  column: 'age',
  decided: true,
  severities: ['ok', 'critical'],
  missing: [0, 0.25],
  invalid: [0, 0.01],
  out_of_range: [0, 0.3],
  unseen: [null, null],
  skew: [null, 0.02],
  findings: [],
}

describe('a list of offending values', () => {
  test('says how many rows have values that it leaves out', () => {
    const values = [{ rows: 30 }, { rows: 12 }]
    expect(otherValuesWords('unseen', { affected: 42, values })).toBe('')
    expect(otherValuesWords('unseen', { affected: 43, values })).toBe('1 more row has another value or none.')
    expect(otherValuesWords('range', { affected: 9042, values })).toBe('9,000 more rows have another value or none.') // prettier-ignore
  })

  test('says of names, of which a row can have several, only that there may be more', () => {
    const names = (count: number) => ({
      affected: 5,
      values: Array.from({ length: count }, () => ({ rows: 3 })),
    })
    expect(otherValuesWords('unknown_features', names(3))).toBe('')
    expect(otherValuesWords('unknown_features', names(20))).toBe('The 20 most frequent names are listed.')
  })
})

describe('what a column is checked for', () => {
  test('is each share that it has, with its thresholds', () => {
    expect(checkedShares(column, 1, undefined)).toEqual([
      { finding: 'missing', share: 0.25, warning: '±5 points', critical: '±20 points' },
      { finding: 'invalid', share: 0.01, warning: '+1 point', critical: '+10 points' },
      { finding: 'range', share: 0.3, warning: '+1 point', critical: '+10 points' },
      { finding: 'skew', share: 0.02, warning: '+1 point', critical: '+10 points' },
    ])
    expect(checkedShares(column, 7, undefined)).toEqual([])
  })

  test('is measured against what is declared, where something is', () => {
    const feature = { kind: 'numeric' as const, min: 0, max: 120, tolerance: 0.02 }
    expect(checkedShares(column, 1, feature).find(({ finding }) => finding === 'range')).toMatchObject({ warning: 'over 2%', critical: 'from 12%' }) // prettier-ignore
    expect(declaredRules(feature)).toEqual(['at least 0', 'at most 120'])
    expect(declaredRules({ kind: 'categorical', allowed: ['a', 'b'], pattern: 'a|b', required: true })).toEqual(['one of 2 allowed values', 'matching a|b', 'required']) // prettier-ignore
  })
})

describe('a finding', () => {
  test.each([
    [{ column: 'age', finding: 'range' }, 'age: out of range'],
    [{ column: 'labels_late', finding: 'labels_late' }, 'late labels'],
    [{ column: 'no_data' }, 'no data'],
    [{ column: 'features.volume', finding: 'missing' }, 'volume: missing values'],
    [{ column: 'features.volume' }, 'volume'],
    [{ column: 'constructor' }, 'constructor'],
  ])('%j is called %s', (member, name) => {
    expect(dataMemberName(member)).toBe(name)
  })

  test('that has no name of its own keeps that of the API', () => {
    expect(findingName('toString')).toBe('toString')
  })

  test('does not drift', () => {
    expect([reasonOf('new_members', 'data'), reasonOf('new_members', 'feature')]).toEqual(['more findings', 'more columns drifted']) // prettier-ignore
    expect(reasonOf('repeat', 'data')).toBe('still firing')
  })
})

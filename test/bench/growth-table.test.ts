import { expect, test } from 'vitest'
import { growthTable } from '../../bench/growth/table.ts'

test('a table has a column for each size, with ratios to the smallest', () => {
  const table = growthTable('rows', [
    { size: '1 thousand', values: { 'check, ms': 40, 'memory, MB': 1234.5 } },
    { size: '1 million', values: { 'check, ms': 50.04, 'memory, MB': 1234.5 } },
  ])
  expect(table).toBe(
    [
      '| rows       | 1 thousand | 1 million    |',
      '| ---------- | ---------- | ------------ |',
      '| check, ms  | 40         | 50 (1.25)    |',
      '| memory, MB | 1,235      | 1,235 (1.00) |',
    ].join('\n'),
  )
})

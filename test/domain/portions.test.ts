import { expect, test } from 'vitest'
import { portions } from '../../domain/portions.ts'

test('items are cut into portions in their order, of which only the last may be smaller', () => {
  expect(portions([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect(portions([1, 2, 3, 4], 2)).toEqual([
    [1, 2],
    [3, 4],
  ])
  expect(portions([1], 100)).toEqual([[1]])
})

test('nothing is no portion', () => {
  expect(portions([], 3)).toEqual([])
  expect(portions([], 0)).toEqual([])
})

import { expect, test } from 'vitest'
import { upperFirst } from '../../dashboard/format.ts'

test('a sentence begins with a capital, but the name of a field stays as it is written', () => {
  expect(upperFirst('the line is too long')).toBe('The line is too long')
  expect(upperFirst('"ts" is absent')).toBe('"ts" is absent')
  expect(upperFirst('')).toBe('')
})

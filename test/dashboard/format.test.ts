import { expect, test } from 'vitest'
import { formatNumber, formatPercent as chartPercent } from '../../charts/format.ts'
import { formatEffect, formatPercent, upperFirst } from '../../dashboard/format.ts'
import { percent } from '../../detectors/verdict/phrases.ts'

test('a sentence begins with a capital, but the name of a field stays as it is written', () => {
  expect(upperFirst('the line is too long')).toBe('The line is too long')
  expect(upperFirst('"ts" is absent')).toBe('"ts" is absent')
  expect(upperFirst('')).toBe('')
})

test('a number is the same text in a table, in a chart and in a sentence', () => {
  for (const share of [0, 0.0004, 0.02, 0.12345, 0.16, 0.9999, 1])
    expect([formatPercent(share), chartPercent(share)]).toEqual([percent(share), percent(share)])
  for (const value of [0, -0.00831, 0.6391, 12_345, null])
    expect(formatEffect(value)).toBe(formatNumber(value))
  expect([formatEffect(undefined), formatPercent(undefined)]).toEqual(['–', '–'])
})

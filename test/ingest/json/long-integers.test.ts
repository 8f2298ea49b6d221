import { expect, test } from 'vitest'
import { withoutLongIntegers } from '../../../ingest/json/long-integers.ts'

const cases: [name: string, text: string, expected: string][] = [
  ['below the signed ones', '{"x": -9223372036854775809}', '{"x": -9223372036854775809e0}'],
  ['above the unsigned ones', '[18446744073709551616,1]', '[18446744073709551616e0,1]'],
  ['the smallest and largest', '[-9223372036854775808,18446744073709551615]', '[-9223372036854775808,18446744073709551615]'],
  ['with a fraction', '{"x":123456789012345678901234567890.5}', '{"x":123456789012345678901234567890.5}'],
  ['with an exponent', '{"x":123456789012345678901e-3}', '{"x":123456789012345678901e-3}'],
  ['a long fraction', '{"x":0.1234567890123456789012}', '{"x":0.1234567890123456789012}'],
  ['inside a string', '{"x":"123456789012345678901234"}', '{"x":"123456789012345678901234"}'],
] // prettier-ignore

test.each(cases)('%s', (_, text, expected) => {
  expect(withoutLongIntegers(text)).toBe(expected)
})

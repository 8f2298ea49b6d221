import { expect, test } from 'vitest'
import { mentions } from '../../../store/erasure/mentions.ts'

const named = (text: string, id = 'p-1') => mentions(text, (candidate) => candidate === id)

test.each([
  ['a text of JSON', '{"user": {"key": "p-1"}}'],
  ['a text that is written with escapes', '{"id": "\\u0070-1"}'],
  ['a text of broken JSON', '{"id": "p-1", "ts": '],
  ['a word of a line', 'p-1;2026-01-05;yes'],
  ['a word of a sentence', "user 'p-1' was rejected"],
])('finds an id as %s', (_, text) => {
  expect(named(text)).toBe(true)
})

test.each([
  ['a part of another id', '{"id": "p-10", "of": "p-1/2"}'],
  ['a part of a word', 'p-10;xp-1'],
  ['nothing', ''],
])('does not take %s for it', (_, text) => {
  expect(named(text)).toBe(false)
})

test('takes a number for an id only where its name says so', () => {
  expect(named('{"customer_id": 17, "a": 3}', '17')).toBe(true)
  expect(named('{"ID" : 17}', '17')).toBe(true)
  expect(named('{"id": 12345678901234567}', '12345678901234567')).toBe(true)
  expect(named('{"id": 3, "a": 17, "b": [17]}', '17')).toBe(false)
  expect(named('{"id": 17.5}', '17')).toBe(false)
})

test('asks about every id that a text names, and reads a long text', () => {
  const asked: string[] = []
  mentions('{"id": "a", "other": "b"}', (candidate) => asked.push(candidate) > 0)
  expect(asked).toEqual(expect.arrayContaining(['a', 'b']))
  expect(named(`{"id": "p-1", "text": "${'\\n'.repeat(500_000)}"}`)).toBe(true)
  expect(named('"'.repeat(100_001))).toBe(false)
})

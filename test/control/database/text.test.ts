import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText, encodeText } from '../../../control/database/text.ts'

const texts = fc.string({ unit: fc.constantFrom('\0', '\u0001', '0', '1', 'a', '😀') })

test('any text comes back from what is stored of it, which has no NUL', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const stored = encodeText(text)
      expect(stored).not.toContain('\0')
      expect(decodeText(stored)).toBe(text)
    }),
  )
})

test('texts that differ are stored as texts that differ', () => {
  fc.assert(fc.property(texts, texts, (a, b) => a === b || encodeText(a) !== encodeText(b)))
})

test('what a text usually is stays as it is', () => {
  expect(encodeText('naïve 😀 \u0002\n')).toBe('naïve 😀 \u0002\n')
})

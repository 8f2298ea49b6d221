import { expect, test } from 'vitest'
import { sentenceParts } from '../../../dashboard/components/shared/sentence-parts.ts'

const shown = (sentence: string) =>
  sentenceParts(sentence)
    .map(({ text, isCode }) => (isCode ? `<${text}>` : text))
    .join('')

test('what stands between backticks is code; one without a partner stays', () => {
  expect(shown('Run the service with `driftgauge serve`.')).toBe('Run the service with <driftgauge serve>.')
  expect(shown('`a` and `b c`')).toBe('<a> and <b c>')
  expect(shown('5` wide')).toBe('5` wide')
  expect(shown('')).toBe('')
})

test('quotes around a name are those of print', () => {
  expect(shown('Feature "distance" of flights has drifted; see ("Retention").')).toBe(
    'Feature “distance” of flights has drifted; see (“Retention”).',
  )
  expect(shown('send `"force": true` for "a b"')).toBe('send <"force": true> for “a b”')
})

test('quotes that belong to a value stay as they were received', () => {
  expect(shown('it is ["a","b"]')).toBe('it is ["a","b"]')
  expect(shown('it is {"a": "b"}')).toBe('it is {"a": "b"}')
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactJson, parseExactJson } from '../../../ingest/json/exact-json.ts'
import { jsonElements } from '../../../ingest/json/json-elements.ts'
import { parsePythonJson } from '../../../ingest/json/python-json.ts'

describe('JSON as Python writes it', () => {
  test.each<[string, unknown]>([
    ['{"a":NaN}', { a: null }],
    ['[NaN, -Infinity,Infinity ]', [null, null, null]],
    ['NaN', null],
    ['{"NaN":"Infinity","a":"\\"NaN","b":"\\\\","c":NaN}', { NaN: 'Infinity', a: '"NaN', b: '\\', c: null }],
    ['{"a":"é NaN \\u0000","b":[[NaN]]}', { a: 'é NaN \0', b: [[null]] }],
  ])('%s', (text, value) => expect(parsePythonJson(text)).toEqual(value))

  test.each(['-NaN', '1NaN', 'NaN1', '+Infinity', 'nan', 'Inf', '{NaN:1}', '{"a":NaN', '"NaN', '', 'None', 'NaN NaN'])(
    '%s is no JSON',
    (text) => expect(() => parsePythonJson(text)).toThrow(SyntaxError),
  ) // prettier-ignore

  test('all that JSON.parse reads is read alike', () =>
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parsePythonJson(text)).toEqual(JSON.parse(text))
      }),
    ))

  test('a text of sixteen megabytes, or of backslashes alone, takes no longer than its length', () => {
    const started = performance.now()
    parsePythonJson(`["${'x'.repeat(16e6)}",NaN]`)
    parsePythonJson(`["${'\\\\'.repeat(4e6)}",NaN]`)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('long whole numbers', () => {
  test.each<[string, unknown]>([
    ['{"a":9007199254740993}', { a: 9007199254740993n }],
    ['[-9007199254740993, 12345678901234567890]', [-9007199254740993n, 12345678901234567890n]],
    ['{"a":[{"b":9007199254740993}],"c":NaN}', { a: [{ b: 9007199254740993n }], c: null }],
    ['{"a": 9007199254740991}', { a: 9007199254740991 }],
    ['{"a": 1234567890123456}', { a: 1234567890123456 }],
    ['{"a":12345678901234567.5}', { a: 12345678901234567.5 }],
    ['{"a":12345678901234567e2}', { a: 12345678901234567e2 }],
    ['{"a":0.12345678901234567}', { a: 0.12345678901234567 }],
    ['{"a":"x, 12345678901234567","b":12345678901234567}', { a: 'x, 12345678901234567', b: 12345678901234567n }],
    ['{"12345678901234567":[12345678901234567]}', { '12345678901234567': [12345678901234567n] }],
  ])('%s', (text, value) => expect(parseExactJson(text)).toEqual(value)) // prettier-ignore

  test('under a key that objects have by themselves', () => {
    const parsed = parseExactJson('{"__proto__":12345678901234567}') as object
    expect(Object.getOwnPropertyDescriptor(parsed, '__proto__')?.value).toBe(12345678901234567n)
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  })

  test('keep their digits there and back, wherever they are', () =>
    fc.assert(
      fc.property(fc.bigInt(), fc.string({ unit: 'binary' }), fc.jsonValue(), (long, key, other) => {
        const text = `{"list":[${long}, {${JSON.stringify(`k${key}`)}: ${long}}],"other":${JSON.stringify(other)}}`
        expect(parseExactJson(exactJson(parseExactJson(text)))).toEqual(parseExactJson(text))
        const { list } = parseExactJson(text) as { list: [unknown, Record<string, unknown>] }
        expect([list[0], list[1][`k${key}`]].map(String)).toEqual([String(long), String(long)])
      }),
    ))

  test('written by anyone else they are text', () => {
    expect(JSON.stringify(parseExactJson('[9007199254740993]'))).toBe('["9007199254740993"]')
  })

  test('nested without an end are no reason to fail', () => {
    const deep = `${'['.repeat(100_000)}12345678901234567${']'.repeat(100_000)}`
    expect(() => parseExactJson(`{"a":${deep}}`)).not.toThrow()
  })
})

describe('elements of an array that is no JSON as a whole', () => {
  test.each<[string, string[] | undefined]>([
    ['[{"a":1},{"a":undefined}, {"a":"],["}]', ['{"a":1}', '{"a":undefined}', ' {"a":"],["}']],
    [' [1,[2,3],{"x":[4,5]}]\n', ['1', '[2,3]', '{"x":[4,5]}']],
    ['[]', []],
    ['[1,]', ['1']],
    ['[1', undefined],
    ['[{"a":1}', undefined],
    ['[1]]', undefined],
    ['[1] [2]', undefined],
    ['{"a":1}', undefined],
    ['', undefined],
  ])('%s', (text, elements) => expect(jsonElements(text)).toEqual(elements))

  test('are those that JSON.parse finds', () =>
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (values) => {
        const parsed = jsonElements(JSON.stringify(values, null, 1))!.map((element): unknown => JSON.parse(element))
        expect(parsed).toEqual(JSON.parse(JSON.stringify(values)))
      }),
    )) // prettier-ignore
})

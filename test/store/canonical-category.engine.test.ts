import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../store/engine/client.ts'
import { canonicalCategorySql } from '../../control/declared/model.ts'
import { canonicalCategory } from '../../domain/canonical-category.ts'
import { rows } from '../../store/engine/query.ts'
import { array, literal } from '../../store/engine/sql.ts'
import { temporaryStore } from '../support/stores/store.ts'

let store: Store
beforeAll(async () => {
  store = await temporaryStore()
})

describe('the spelling of a category', () => {
  test.each<[string, unknown[]]>([
    ['1', [1, 1.0, true, '1', '1.0', '1.000', 'true', 'True', 'TRUE']],
    ['0', [0, -0, false, '0', '-0', '0.0', '-0.00', 'false', 'False', 'FALSE']],
    ['10', [10, '10', '10.0', '10.00']],
    ['100', ['100.0']],
    ['-5', [-5, '-5.0']],
    ['1.5', [1.5, '1.5', '1.50', '1.5000']],
    ['0.1', [0.1, '0.10']],
    ['-0.5', [-0.5, '-0.50']],
  ])('%s stands for %j', (canonical, values) => {
    for (const value of values as string[])
      expect(canonicalCategory(value), JSON.stringify(value)).toBe(canonical)
  })

  test.each([
    '', ' ', ' 1', '1 ', '01', '01.0', '00', '00.0', '1.', '.5', '.0', '+1', '+1.0', '1e3', '1.0e3', '1,0', '1_0', '0x1', '--1.0', '-',
    'tRUE', 'true ', 'yes', 'nan', 'NaN', 'null', 'None', '1.0.0', '1.2.0', '1.0\n', '\n1.0', '1.0\r', '1.0\0', '\0', 'a1.0', '1.0a', '٣.0',
    '１.０', '−1.0', '1.0\u2028', 'é', '😀', '\\.0', '1\\.0',
  ])('%j is kept as it is', (text) => expect(canonicalCategory(text)).toBe(text)) // prettier-ignore

  test('is its own spelling', () =>
    fc.assert(
      fc.property(spelling, (text) => {
        const once = canonicalCategory(text)
        expect(canonicalCategory(once)).toBe(once)
      }),
      { numRuns: 5000 },
    ))

  test('of a number is that of its text, and of the text with zeros after it', () =>
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 20 }),
        (value, zeros) => {
          const text = String(value)
          expect(canonicalCategory(value)).toBe(canonicalCategory(text))
          if (/^-?\d+$/.test(text))
            expect(canonicalCategory(`${text}.${'0'.repeat(zeros)}`)).toBe(canonicalCategory(value))
          if (/^-?\d+\.\d+$/.test(text))
            expect(canonicalCategory(text + '0'.repeat(zeros))).toBe(canonicalCategory(value))
        },
      ),
      { numRuns: 2000 },
    ))
})

/** Text that is often nearly a numeral or a boolean. */
const spelling = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        '0',
        '00',
        '1',
        '9',
        '.',
        '-',
        '+',
        'e',
        ' ',
        '\n',
        '\0',
        '\\',
        'true',
        'False',
        '😀',
        'a',
        '$',
        '^',
      ),
      {
        maxLength: 7,
      },
    )
    .map((parts) => parts.join('')),
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,5})\.[0-9]{0,6}$/),
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  fc.double().map(String),
)

describe('the same rule inside the engine', () => {
  async function expectAgreement(texts: readonly string[]): Promise<void> {
    const list = array(texts.map(literal), 'String')
    const [row] = await rows<{ found: string[]; again: string[] }>(
      store.read,
      `SELECT arrayMap(t -> ${canonicalCategorySql('t')}, ${list}) AS found, arrayMap(t -> ${canonicalCategorySql('t')}, found) AS again`,
    )
    expect(row.found).toEqual(texts.map((text) => canonicalCategory(text)))
    expect(row.again).toEqual(row.found)
  }

  test('agrees on the hard cases', () =>
    expectAgreement([
      '1', '1.0', 'true', 'True', 'TRUE', 'false', '0.0', '-0', '-0.00', '-0.5', '10.0', '100', '1.50', '01.0', '1.', '.0', '1e3', '1.0\n',
      '\n1.0', '1.0\r\n', '1.0\0', '\0', '\0true', 'true\n', '٣.0', '１.０', '', ' ', "'", '\\', '😀', '9'.repeat(900) + '.0',
      '1.' + '0'.repeat(900), '1.' + '0'.repeat(450) + '1' + '0'.repeat(450),
    ])) // prettier-ignore

  test('agrees on any text', () =>
    fc.assert(fc.asyncProperty(fc.array(spelling, { minLength: 1, maxLength: 200 }), expectAgreement), {
      numRuns: 60,
    }))

  test('keeps a missing value missing', async () => {
    const [row] = await rows<{ found: string | null; type: string }>(
      store.read,
      `SELECT ${canonicalCategorySql('CAST(NULL AS Nullable(String))')} AS found, toTypeName(found) AS type`,
    )
    expect(row).toEqual({ found: null, type: 'Nullable(String)' })
  })

  test('spells the engine’s own numbers and booleans as JSON does', async () => {
    const [row] = await rows<{ found: string[] }>(
      store.read,
      `SELECT [${['true', '1::UInt8', '1.0', '-0.0', '0.1', '1e20', '1e-7', '2.50'].map((value) => canonicalCategorySql(`toString(${value})`)).join(', ')}] AS found`,
    )
    expect(row.found).toEqual([true, 1, 1, -0, 0.1, 1e20, 1e-7, 2.5].map((value) => canonicalCategory(value)))
  })
})

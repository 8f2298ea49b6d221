/** What `compare` shows to people: aligned, harmless, and clear without colour. */
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseKind } from '../../../cli/compare/options.ts'
import { displayWidth, escapeControls, pad, printable, truncate, wrap } from '../../../cli/shared/text.ts'
import { csv, run, scratch, type Table } from '../../support/compare.ts'

const files = scratch()
afterAll(() => files.remove())

describe('text', () => {
  it.each([
    ['plain – ünï', 'plain – ünï'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['a\nb\tc\r', 'a\\nb\\tc\\r'],
    ['\u009b2J', '\\u{9b}2J'],
    ['abc\u202edef', 'abc\\u{202e}def'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['\ud800', '\\u{d800}'],
    ['👩‍👩‍👧 é', '👩‍👩‍👧 é'],
  ])('spells %j out as %j', (text, shown) => expect(printable(text)).toBe(shown))

  it.each([
    ['', 0],
    ['abc', 3],
    ['日本語', 6],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['e\u0301', 1],
    ['🎉', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['≥ → …', 5],
  ])('measures %j as %i', (text, width) => expect(displayWidth(text)).toBe(width))

  it('truncates by width and says so', () => {
    expect(truncate('abcdef', 6)).toBe('abcdef')
    expect(truncate('abcdef', 5)).toBe('abcd…')
    expect(truncate('日本語', 5)).toBe('日本…')
    expect(truncate('日本語', 4)).toBe('日…')
  })

  it('never lets through what acts on a terminal, nor exceeds a width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const shown = printable(text)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
        expect(stripVTControlCharacters(shown)).toBe(shown)
        expect(displayWidth(truncate(shown, width))).toBeLessThanOrEqual(width)
        expect(displayWidth(pad(truncate(shown, width), width, 'left'))).toBe(width)
        for (const line of wrap(shown, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('keeps JSON the same value without C1 controls', () => {
    const json = JSON.stringify({ '\u009b31m': '\u007f' })
    expect(escapeControls(json)).toBe('{"\\u009b31m":"\\u007f"}')
    expect(JSON.parse(escapeControls(json))).toEqual(JSON.parse(json))
  })
})

describe('--kind', () => {
  it.each([
    ['a=numeric', ['a', 'numeric']],
    ['a=b=categorical', ['a=b', 'categorical']],
  ])('reads %s', (argument, parsed) => expect(parseKind(argument)).toEqual(parsed))

  it.each(['a', '=numeric', 'a=', 'a=Numeric', 'a=number', ''])('refuses %j', (argument) =>
    expect(() => parseKind(argument)).toThrow(/COLUMN=numeric/),
  )
})

describe('the table', () => {
  const rows = 600
  const many = <T>(of: (i: number) => T) => Array.from({ length: rows }, (_, i) => of(i))
  const baseline: Table = {
    steady: many((i) => i / 4),
    'evil\u001b[2Jcolumn\u202e': many((i) => (i % 2 ? 'a' : 'b\u001b]0;title\u0007')),
    'ein sehr langer Spaltenname, der nie und nimmer in die Tabelle passt': many((i) => i % 50),
    日本語の列: many((i) => i / 4),
    thin: many((i) => i / 7),
  }
  const current: Table = {
    ...baseline,
    'evil\u001b[2Jcolumn\u202e': many((i) => (i % 20 ? 'b\u001b]0;title\u0007' : 'a')),
    日本語の列: many((i) => (i + 300) / 4),
    thin: many((i) => (i % 4 ? i / 7 : null)),
  }
  const paths = [files.write('b.csv', csv(baseline)), files.write('c.csv', csv(current))] as const

  /** Lines with the verdict on a column, or with a finding on the quality of one. */
  const marked = (stdout: string) => {
    const lines = stdout.split('\n')
    const quality = lines.findIndex((line) => line.includes('data quality'))
    const isMarked = (line: string) => /^ {2}[✖▲✓○] /.test(line)
    return {
      columns: lines.slice(0, quality).filter(isMarked),
      quality: lines.slice(quality).filter(isMarked),
    }
  }

  it('puts the worst first, with the reason under it, and calm columns last', async () => {
    const { code, stdout, stderr } = await run(...paths)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines[0]).toBe('✖ Drift: 3 of 5 columns drifted, all critical.')
    expect(lines[2]).toBe('  baseline  b.csv  600 rows')
    const { columns, quality } = marked(stdout)
    const words = (some: string[]) => some.map((line) => line.split(/\s+/)[2])
    expect(words(columns)).toEqual(['critical', 'critical', 'critical', 'ok', 'ok'])
    expect(words(quality)).toEqual(['critical', 'critical'])
    expect(stdout).toMatch(/thin +numeric .* 0 → 25\n +Missing values went from 0% to 25% of rows\./)
    expect(stdout).toContain('accuracy     exact: every value was counted')
  })

  it('is aligned and harmless', async () => {
    const { stdout } = await run(...paths)
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(stdout).toContain('evil\\u{1b}[2Jcolumn\\u{202e}')
    const title = stdout.split('\n').find((line) => line.includes('noise floor') && line.includes('kind'))!
    const column = displayWidth(title.slice(0, title.indexOf('kind')))
    for (const line of marked(stdout).columns) {
      const at = line.search(/(numeric|categorical) /)
      expect(displayWidth(line.slice(0, at)), line).toBe(column)
    }
  })

  it.each([60, 80, 100, 200])('fits a terminal of %i columns', async (columns) => {
    const { stdout } = await run(...paths, {}, { columns, colours: false })
    for (const line of stdout.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns)
  })

  it('says the same in colour and without', async () => {
    const plain = await run(...paths, {}, { columns: 110, colours: false })
    const coloured = await run(...paths, {}, { columns: 110, colours: true })
    expect(coloured.stdout).toContain('\u001b[31m')
    expect(plain.stdout).not.toContain('\u001b')
    expect(stripVTControlCharacters(coloured.stdout)).toBe(plain.stdout)
    expect((await run(...paths)).stdout).not.toContain('\u001b')
  })

  it('lists 20 columns without drift, or all', async () => {
    const table = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x${i}`, many((j) => j)]))
    const path = files.write('wide.csv', csv(table))
    const few = await run(path, path)
    expect(few.stdout.match(/✓ ok/g)).toHaveLength(20)
    expect(few.stdout).toContain('and 10 more without drift; --all lists them')
    expect((await run(path, path, { all: true })).stdout.match(/✓ ok/g)).toHaveLength(30)
  })

  it.each([
    [10, '○ No verdict: none of 1 column could be evaluated.'],
    [600, '✓ No drift in 1 column.'],
  ])('has a headline for %i rows', async (n, headline) => {
    const path = files.write(`n${n}.csv`, csv({ x: Array.from({ length: n }, (_, i) => i) }))
    expect((await run(path, path)).stdout.split('\n')[0]).toBe(headline)
  })

  it('states the bounds when it counted in bins', async () => {
    const path = files.write('bins.csv', csv({ x: Array.from({ length: 10_001 }, (_, i) => Math.sqrt(i)) }))
    const { stdout } = await run(path, path)
    expect(stdout).toMatch(/D 0\.000…0\.00\d/)
    expect(stdout).toMatch(/counted in bins \(--exact counts every value\): the exact D is higher by at most/)
  })
})

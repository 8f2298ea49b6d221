import { describe, expect, test } from 'vitest'
import { NO_LIMITS, USUAL_LIMITS } from '../../report/compare/limits.ts'
import { compareMarkdown } from '../../report/compare/markdown.ts'
import { comparePage } from '../../report/compare/page.ts'
import { comparedColumn, compareReport, HOSTILE } from '../support/samples/compare-report.ts'

const usual = { ...USUAL_LIMITS, wayOut: 'Run it with --all-charts.' }
const partOf = (page: string, id: string) =>
  page.split('<section aria-labelledby="').find((part) => part.startsWith(`${id}"`)) ?? ''
const rowsOf = (page: string, id: string) => partOf(page, id).split('<tbody>').length - 1
const pictured = (page: string) => page.split('<svg class="mini"').length - 1
const charts = (page: string) => page.split('<svg class="chart"').length - 1

describe('the page of a comparison', () => {
  test('says the verdict, the files, what moved and what is wrong with the data', () => {
    const finding = { column: 'hour', finding: 'missing', severity: 'warning', share: '0 → 8.2', explanation: 'The value is missing from 8.2% of rows.' } as const // prettier-ignore
    const columns = [comparedColumn('distance', 'critical'), comparedColumn('hour', 'ok')]
    const text = comparePage(compareReport(columns, { quality: { judged: 2, findings: [finding] }, notes: ['only storm.parquet has cabin: not compared'] }), usual) // prettier-ignore
    for (const part of [
      '<h1>Drift: 1 of 2 columns drifted.</h1>',
      'january.parquet',
      '12,000 rows',
      'missing from 8.2% of rows',
      'Only storm.parquet has cabin',
      'Driftgauge 1.2.3',
      '31 Jan 2026 10:00 UTC',
    ])
      // prettier-ignore
      expect(text).toContain(part)
    expect(charts(text)).toBe(2)
    expect(text).toContain('<a href="#column-0">')
    expect(text).toContain('<article class="card" id="column-0">')
    expect(text).toContain('<div class="target" id="column-1">')
  })

  test('says in words where there is nothing', () => {
    const text = comparePage(compareReport([comparedColumn('a', 'ok')]), usual)
    for (const none of [
      'No column reached a threshold.',
      'Nothing wrong in 1 column.',
      'Every column of both files was compared',
    ])
      // prettier-ignore
      expect(text).toContain(none)
  })

  test.each([
    ['ok', 200],
    ['critical', 200],
    ['critical', 1000],
    ['critical', 5000],
    ['insufficient_data', 1000],
  ] as const)(
    'with columns that are all %s, %i of them, it takes less than a megabyte, and says what it leaves out',
    (verdict, count) => {
      const columns = Array.from({ length: count }, (_, i) => comparedColumn(`a column with a long name ${i}`, verdict, 21)) // prettier-ignore
      const findings = columns.map(({ column }) => ({ column, finding: 'missing', severity: 'warning', share: '0 → 8.2', explanation: `The value of "${column}" is missing from 8.2% of rows. The baseline has none.` }) as const) // prettier-ignore
      const notes = columns.map(({ column }) => `only storm.parquet has ${column}: not compared`)
      const text = comparePage(compareReport(columns, { quality: { judged: count, findings }, notes }), usual)
      expect(Buffer.byteLength(text)).toBeLessThan(1_000_000)
      const left = (what: string) => Number(new RegExp(`([\\d,]+) more ${what} are left out to keep this file small\\. (None of them was found to have drifted\\. )?Run it with --all-charts\\.`).exec(text)?.[1].replaceAll(',', '') ?? 0) // prettier-ignore
      const shown = charts(text)
      expect(shown).toBeGreaterThanOrEqual(20)
      // prettier-ignore
      expect(text).toContain(`${(count - shown).toLocaleString('en-US')} more charts are left out to keep this file small. Run it with --all-charts.`)
      const listed = rowsOf(text, 'columns')
      expect(listed + left('columns')).toBe(count) // prettier-ignore
      expect(listed).toBeGreaterThanOrEqual(Math.min(count, verdict === 'critical' ? 800 : 150))
      const found = rowsOf(text, 'quality')
      expect(found + left('findings')).toBe(count)
      expect(partOf(text, 'left-out').split('<li>').length - 1 + left('notes')).toBe(count)
    },
  )

  test('of 2,000 columns those that drifted beyond the first 200 have their figures, and the rest are counted', () => {
    const many = (drifted: number) =>
      Array.from({ length: 2000 }, (_, i) => comparedColumn(`a column with a long name ${i}`, i < drifted ? 'critical' : 'ok', 21)) // prettier-ignore
    const left = (text: string) =>
      /([\d,]+) more columns are left out to keep this file small\. None of them was found to have drifted\. Run it with --all-charts\./.exec(text)?.[1] // prettier-ignore
    const few = comparePage(compareReport(many(3)), usual)
    expect([left(few), few.includes('long name 199<'), few.includes('long name 200<')]).toEqual(['1,800', true, false]) // prettier-ignore
    const most = comparePage(compareReport(many(500)), usual)
    expect(most).toContain(`<h3 class="further">${500 - pictured(most)} more columns</h3>`)
    expect([left(most), most.includes('long name 499<'), most.includes('long name 500<')]).toEqual(['1,500', true, false]) // prettier-ignore
    const all = comparePage(compareReport(many(3)), { ...NO_LIMITS, charts: 0, wayOut: '' })
    expect([left(all), all.includes('long name 1999<')]).toEqual([undefined, true])
  })

  test('without limits every column has its chart', () => {
    const columns = Array.from({ length: 30 }, (_, i) => comparedColumn(`column ${i}`, 'ok', 4))
    expect(charts(comparePage(compareReport(columns), usual))).toBe(20)
    const text = comparePage(compareReport(columns), { ...NO_LIMITS, wayOut: '' })
    expect([charts(text), text.includes('left out to keep')]).toEqual([30, false])
  })

  test('names from the files never become markup', () => {
    const columns = HOSTILE.map((name) => comparedColumn(name, 'critical'))
    const text = comparePage(compareReport(columns, { notes: HOSTILE, baseline: { name: HOSTILE[0], rows: 1 } }), usual) // prettier-ignore
    expect(text).not.toMatch(/<script|<img|onmouseover='|\u0000|\u202e/)
    expect(text.isWellFormed()).toBe(true)
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000)
  })
})

describe('the Markdown of a comparison', () => {
  test('has the verdict first, what moved in a table, and the rest folded away', () => {
    const columns = [comparedColumn('distance', 'critical'), comparedColumn('hour', 'ok')]
    const lines = compareMarkdown(compareReport(columns)).split('\n')
    expect(lines[0]).toBe('### ■ Drift: 1 of 2 columns drifted.')
    expect(lines[2]).toBe('january.parquet (12,000 rows) → storm.parquet (11,000 rows)')
    expect(lines[6]).toBe('| ■ critical | distance | 0.400 | The distribution of "distance" shifted. |')
    expect(lines).toContain('<details><summary>All 2 columns</summary>')
  })

  test('no name breaks a table, links, mentions or refers to anything', () => {
    const text = compareMarkdown(compareReport(HOSTILE.map((name) => comparedColumn(name, 'warning')), { notes: HOSTILE })) // prettier-ignore
    const rows = text.split('\n').filter((line) => line.startsWith('| ▲'))
    expect(rows).toHaveLength(2 * HOSTILE.length)
    const cells = rows.map((row) => row.replaceAll(/\\\|/g, '').split('|').length)
    expect(new Set(cells)).toEqual(new Set([6, 9]))
    expect(text).not.toMatch(/(?<!\\)<(?!\/?(details|summary|sub)>)|@team|#12|http:\/\/|\u202e|(?<!\\)`/)
  })

  test('fits a comment of GitHub, however many columns there are', () => {
    const columns = Array.from({ length: 3000 }, (_, i) => comparedColumn(`${'long name '.repeat(9)}${i}`, 'critical')) // prettier-ignore
    const text = compareMarkdown(compareReport(columns, { notes: columns.map(({ column }) => column) }))
    expect(text.length).toBeLessThan(65_536)
    expect(text).toContain('2,850 more are left out here')
  })
})

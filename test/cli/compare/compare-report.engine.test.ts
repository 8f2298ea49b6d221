import { existsSync, readFileSync, statSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { csv, report, run, scratch, type Table } from '../../support/compare.ts'
import { command } from '../../support/command.ts'
import { byDay } from '../../support/runner/by-day.ts'

const files = scratch()
afterAll(files.remove)

function table(shift: number): Table {
  const rows = Array.from({ length: 400 }, (_, i) => i)
  return {
    price: rows.map((i) => (i % 100) + shift),
    hour: rows.map((i) => i % 24),
    city: rows.map((i) => ['Oslo', 'Bergen'][i % 2]),
  }
}
const [january, storm, mild] = [
  files.write('january.csv', csv(table(0))),
  files.write('storm.csv', csv(table(50))),
  files.write('mild.csv', csv(table(8))),
]
const added = files.write('added.csv', csv({ ...table(0), cabin: table(0).city }))

test('the page and the Markdown have the numbers of the JSON', async () => {
  const [html, markdown] = [files.path('report.html'), files.path('summary.md')]
  const { columns, code, stdout } = { ...(await report(january, storm, { html, markdown })), stdout: '' }
  expect([code, stdout]).toEqual([1, ''])
  const [page, summary] = [html, markdown].map((path) => readFileSync(path, 'utf8'))
  expect(page).toContain('<h1>Drift: 1 of 3 columns drifted, all critical.</h1>')
  for (const { column, effect, explanation } of columns) {
    expect(summary, column).toContain(`| ${column} | ${effect!.toFixed(3)} |`)
    expect(page, column).toContain(`<bdi class="name">${column}</bdi>`)
    expect(page, column).toContain(effect!.toFixed(3))
    if (column === 'price') expect(page).toContain(explanation.slice(0, 40))
  }
  expect(page.split('<svg class="chart"').length - 1).toBe(3)
  expect(summary).toMatch(/^### ■ Drift: 1 of 3 columns drifted, all critical\.\n/)
})

test('Markdown is printed instead of the table', async () => {
  const { stdout, code } = await run(january, storm, { markdown: '-' })
  expect(code).toBe(1)
  expect(stdout).toMatch(/^### ■ Drift: /)
  expect(stdout).not.toContain('noise floor')
})

test('a report replaces that of an earlier run, but never a compared file', async () => {
  const html = files.write('old.html', 'an earlier report')
  await run(january, january, { html })
  expect(readFileSync(html, 'utf8')).toContain('<h1>No drift in 3 columns.</h1>')
  const before = readFileSync(storm, 'utf8')
  for (const targets of [{ html: storm }, { markdown: storm }, { html: files.path('none/report.html') }]) {
    const { code, stderr } = await run(january, storm, targets)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/is one of the files to compare|cannot be written/)]) // prettier-ignore
  }
  expect(readFileSync(storm, 'utf8')).toBe(before)
  expect(existsSync(files.path('none'))).toBe(false)
})

test.each([
  [storm, undefined, 1],
  [storm, ['critical'], 1],
  [storm, ['never'], 0],
  [mild, undefined, 1],
  [mild, ['warning'], 1],
  [mild, ['critical'], 0],
  [january, ['warning'], 0],
  [added, undefined, 0],
  [added, ['critical', 'quality'], 1],
  [january, ['critical', 'never'], 2],
  [january, ['never', 'quality'], 2],
] as const)('case %#: what --fail-on names decides on the exit code', async (current, failOn, code) => {
  expect((await run(january, current, failOn === undefined ? {} : { failOn })).code).toBe(code)
})

test('the options reach it from the command line', async () => {
  const html = files.path('from-command.html')
  const { code, stdout } = await command(['compare', january, storm, '--html', html, '--markdown', '-', '--fail-on', 'never', '--all-charts'], {}) // prettier-ignore
  expect([code, existsSync(html)]).toEqual([0, true])
  expect(stdout).toMatch(/^### /)
  for (const words of [['--all-charts'], ['--json', '--markdown', '-'], ['--fail-on', 'info']])
    expect((await command(['compare', january, storm, ...words], {})).code, words.join(' ')).toBe(2)
})

/** A thousand take minutes. */
const COLUMNS = byDay(200, 1_000)

test(`${COLUMNS} columns of which all drift take less than a megabyte`, async () => {
  const cell = (i: number, k: number, moved: boolean) =>
    k % 3 === 2
      ? `a category with a name ${(i * (k + 7)) % 23}${moved && i % 2 ? ', as it is now' : ''}`
      : moved && k % 5 === 0 && i % 3 === 0
        ? null
        : ((i * (k + 7)) % 97) * 1.37 + (moved ? 60 : 0)
  const wide = (moved: boolean): Table =>
    Object.fromEntries(
      Array.from({ length: COLUMNS }, (_, k) => [`feature ${k} as a rolling mean`, Array.from({ length: 300 }, (_, i) => cell(i, k, moved))]), // prettier-ignore
    )
  const [a, b] = [files.write('a.csv', csv(wide(false))), files.write('b.csv', csv(wide(true)))]
  const html = files.path('wide.html')
  expect((await run(a, b, { html })).code).toBe(1)
  const page = readFileSync(html, 'utf8')
  const count = COLUMNS.toLocaleString('en-US')
  expect(page).toContain(`Drift: ${count} of ${count} columns drifted`)
  expect(statSync(html).size).toBeLessThan(1_000_000)
  expect(page.split(' as a rolling mean</bdi></a></th>').length + page.split(' as a rolling mean</bdi></th>').length - 2).toBeGreaterThanOrEqual(COLUMNS) // prettier-ignore
  expect(page).toContain(
    'more charts are left out to keep this file small. Run it with --all-charts to include them.',
  )
}, 590_000)

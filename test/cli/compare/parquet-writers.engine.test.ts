/** Parquet as pyarrow writes it where the engine alone would not do. */
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { report, run, scratch } from '../../support/compare.ts'
import { ROOT } from '../../support/root.ts'

const files = scratch()
afterAll(() => files.remove())

const fixture = (name: string) => join(ROOT, 'test/fixtures/parquet', name)
const rows = (note: (i: number) => string) =>
  files.write(
    'rows.csv',
    `note,size\n${Array.from({ length: 250 }, (_, i) => `${note(i)},${i % 5}\n`).join('')}`,
  )

it('reads a column of nothing but None as one of no type, so that text is not missing from it', async () => {
  const found = await report(
    fixture('none.parquet'),
    rows((i) => ['good', 'poor'][i % 2]),
  )
  expect(found.column('note')).toMatchObject({
    kind: 'categorical',
    verdict: 'critical',
    reason: 'missing',
    baseline: { n: 250, missing: 250 },
    current: { n: 250, missing: 0 },
  })
  expect(found.notes).toEqual([])
})

it('finds nothing wrong where there is still nothing', async () => {
  const found = await report(
    fixture('none.parquet'),
    rows(() => ''),
  )
  expect(found.column('note')).toMatchObject({ verdict: 'ok', reason: 'all_missing_in_baseline' })
  expect(found.column('size')).toMatchObject({ kind: 'numeric', verdict: 'ok' })
})

it('says what is wrong with a column without a name', async () => {
  const nameless = fixture('nameless.parquet')
  expect(await run(nameless, nameless)).toEqual({
    code: 2,
    stdout: '',
    stderr: `driftgauge compare: ${nameless}: a column has no name, as an index may have: name it, or leave it out of the file\n`,
  })
})

/** Text that is not UTF-8: letters that cannot be told apart once they are read must not make two files equal. */
import { afterAll, describe, expect, it } from 'vitest'
import { openStore } from '../../../store/engine/client.ts'
import { literal } from '../../../store/engine/sql.ts'
import { report, run, scratch } from '../../support/compare.ts'

const files = scratch()
afterAll(() => files.remove())

const ROWS = 400
/** Of ten rows so many are in the café, the rest in the cafè, as Excel's ANSI encoding has them. */
const latin1 = (share: number, name: string) =>
  `${name},x\n${Array.from({ length: ROWS }, (_, i) => `caf${i % 10 < share ? 'é' : 'è'},${Math.sin(i)}\n`).join('')}`
const write = (file: string, text: string) => files.write(file, Buffer.from(text, 'latin1'))

describe('text in another encoding', () => {
  it.each([
    ['a category', 'place', /ansi\.csv: line 2 is not in UTF-8: save the file as UTF-8/],
    ['the header', 'Größe', /ansi\.csv: the header is not in UTF-8: save the file as UTF-8/],
  ])('is refused: %s', async (_, name, message) => {
    const [baseline, current] = [write('ansi.csv', latin1(8, name)), write('other.csv', latin1(1, name))]
    expect(await run(baseline, current)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    })
  })

  it('is refused wherever it begins', async () => {
    const plain = `place,x\n${'tea,1.5\ncoffee,2.5\n'.repeat(100_000)}`
    const baseline = files.write('plain.csv', plain)
    const { code, stderr } = await run(baseline, write('late.csv', `${plain}caf\xe9,1\n`))
    expect(code).toBe(2)
    expect(stderr).toContain('late.csv: line 200002 is not in UTF-8: save the file as UTF-8')
  })

  it('is refused in NDJSON', async () => {
    const lines = Array.from({ length: ROWS }, (_, i) => `{"place":"caf\xe9","x":${i}.5}\n`).join('')
    const { code, stderr } = await run(write('a.ndjson', lines), write('b.ndjson', lines))
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('a.ndjson: line 1 is not in UTF-8: save the file as UTF-8'),
    })
  })

  it('is not what a replacement character in UTF-8 says', async () => {
    const text = `place,x\n${'caf\ufffd,1.5\ntea,2.5\n'.repeat(ROWS)}`
    const found = await report(files.write('u.csv', text), files.write('v.csv', text))
    expect(found).toMatchObject({ code: 0, verdict: 'ok' })
  })
})

it('tells apart bytes of Parquet that are no text', async () => {
  const store = await openStore({ path: files.path('store') }, 'memory')
  const parquet = async (name: string, share: number) => {
    await store.read.command({
      query: `INSERT INTO FUNCTION file(${literal(files.path(name))}, Parquet, 'place String')
        SELECT concat('caf', if(number % 10 < ${share}, unhex('E9'), unhex('E8'))) FROM numbers(${ROWS})`,
    })
    return files.path(name)
  }
  const [baseline, current] = [await parquet('b.parquet', 8), await parquet('c.parquet', 1)]
  await store.close()
  const found = await report(baseline, current)
  expect(found.column('place')).toMatchObject({
    verdict: 'critical',
    statistics: { cramers_v: { value: expect.closeTo(0.70353, 4) } },
  })
  expect(found.column('place').explanation).toContain(String.raw`\x636166E9`)
})

/** Baselines and replays of files as spreadsheets and pandas write them, through the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openStore } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { silverTables } from '../../store/events/silver.ts'
import { command } from '../support/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-files-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)
const write = (name: string, text: string) => {
  writeFileSync(path(name), text)
  return path(name)
}
const driftgauge = (...args: string[]) =>
  command(args, { LOG_LEVEL: 'silent', DRIFTGAUGE_DATA: path('data') })

const ROWS = Array.from({ length: 300 }, (_, i) => ({
  key: `c-${(i * 7919) % 100_003}`,
  price: (20 + ((i * 37) % 400) / 10).toFixed(2).replace('.', ','),
  region: ['Nord', 'Süd'][i % 2],
  seen: new Date(Date.UTC(2026, 0, 5, 8) + i * 1000).toISOString(),
  label: i % 3 ? 'yes' : 'no',
}))
const german = (extra = '') =>
  `\ufeffUnnamed: 0;key;price;region;seen;label\r\n${ROWS.map((row, i) => [i, ...Object.values(row)].join(';') + '\r\n').join('')}${extra}`

describe('a file that a German spreadsheet wrote', () => {
  test('becomes a model of its features, and says what is none', async () => {
    const text = german('300;c-x;unbekannt;Nord;2026-01-05T09:00:00Z;yes\r\n')
    const added = await driftgauge('baseline', 'add', 'shop', write('shop.csv', text), '--task', 'binary')
    expect(added).toMatchObject({ code: 0 })
    expect(added.stdout).toContain('features price (numeric), region (categorical).')
    expect(added.stdout).toContain('Unnamed: 0 looks like an index')
    expect(added.stdout).toContain('key looks like an id')
    expect(added.stdout).toContain('seen looks like a time')
    expect(added.stdout).toContain('shop.csv: 1 cell of price is not a number, such as "unbekannt", and counts as missing') // prettier-ignore
    expect(added.stdout).toContain('numbers are read with decimal commas in price')
  })

  test('is replayed with the numbers that it means', async () => {
    const args = ['--model', 'shop', '--column', 'id=key', '--column', 'ts=seen']
    const replayed = await driftgauge('replay', write('january.csv', german()), ...args, '--json')
    expect(JSON.parse(replayed.stdout)).toMatchObject({ labels: { accepted: 300, rejected: 0 } })
    const events = write('events.csv', german().replace('label', 'prediction'))
    expect(JSON.parse((await driftgauge('replay', events, ...args, '--json')).stdout)).toMatchObject({
      predictions: { accepted: 300, rejected: 0 },
    })
    const store = await openStore({ path: path('data/clickhouse') }, 'memory')
    const stored = await rows<{ id: string; price: number; region: string }>(
      store.read,
      `SELECT id, f_price AS price, f_region AS region FROM ${silverTables('shop').predictions} FINAL WHERE length(invalid) = 0`,
    )
    await store.close()
    const byId = new Map(stored.map(({ id, price, region }) => [id, [price, region]]))
    expect(byId.size).toBe(300)
    for (const { key, price, region } of ROWS)
      expect(byId.get(key)).toEqual([Number(price.replace(',', '.')), region])
  })

  test('is told by its line where it is ragged', async () => {
    const file = write('ragged.csv', german('1;2\r\n'))
    for (const args of [
      ['baseline', 'add', 'other', file],
      ['replay', file, '--model', 'shop', '--column', 'id=key', '--column', 'ts=seen'],
    ]) {
      const { code, stderr } = await driftgauge(...args)
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining(
          'ragged.csv: line 302 has 2 fields separated by ";", but the header has 6',
        ),
      })
    }
  })
})

test('NDJSON as Python writes it makes a baseline and is replayed', async () => {
  const lines = Array.from({ length: 300 }, (_, i) => `{"id": "p${i}", "ts": "2026-01-06T08:00:00Z", "ratio": ${['1.5', 'NaN', '-Infinity'][i % 3]}, "word": "NaN, Infinity", "label": "${'ab'[i % 2]}"}\n`) // prettier-ignore
  const file = write('python.ndjson', lines.join(''))
  const added = await driftgauge('baseline', 'add', 'python', file)
  expect(added.stdout).toContain('features ratio (numeric), word (categorical).')
  const events = write('events.ndjson', lines.join('').replaceAll('"label"', '"prediction"'))
  const replayed = await driftgauge('replay', events, '--model', 'python', '--json')
  expect(JSON.parse(replayed.stdout)).toMatchObject({ predictions: { accepted: 300, rejected: 0 } })
  const store = await openStore({ path: path('data/clickhouse') }, 'memory')
  const [counted] = await rows(
    store.read,
    `SELECT count() AS n, countIf(f_ratio = 1.5) AS finite, countIf(isNull(f_ratio)) AS missing, countIf(f_word = 'NaN, Infinity') AS words, countIf(length(invalid) > 0) AS invalid FROM ${silverTables('python').predictions} FINAL`,
  )
  await store.close()
  expect(counted).toEqual({ n: 300, finite: 100, missing: 200, words: 300, invalid: 0 })
})

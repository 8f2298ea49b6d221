import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnOption } from '../../../cli/replay/columns.ts'
import { DEFAULT_COLUMNS } from '../../../ingest/rows/fields.ts'
import { openTable } from '../../../ingest/rows/table-rows.ts'
import { withWorkspace } from '../../../cli/shared/workspace.ts'
import { identifier, literal } from '../../../store/engine/sql.ts'
import { command, type Outcome } from '../../support/command.ts'
import { queriedService, type QueriedService } from '../../support/queried-service.ts'
import { ask } from '../../support/ask.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)

let service: QueriedService
beforeAll(async () => {
  service = await queriedService()
})
const call = (method: string, route: string, body?: object) =>
  ask(`${service.url}/api/v1${route}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

let models = 0
/** A model of its own for each test, so that it can count what it stored. */
async function newModel(extra: object = {}): Promise<string> {
  const name = `m${models++}`
  const features = { a: 'numeric', b: 'numeric', c: 'categorical' }
  expect((await call('POST', '/models', { name, task: 'binary', features, ...extra })).status).toBe(201)
  return name
}

function write(name: string, content: string | Buffer): string {
  writeFileSync(path(name), content)
  return path(name)
}

const environment = () => ({ DRIFTGAUGE_URL: service.url, DRIFTGAUGE_DATA: path('data') })
const replay = (file: string, ...line: string[]): Promise<Outcome> =>
  command(['replay', file, ...line], environment())
const states = () => readdirSync(path('data/replays')).filter((name) => name.endsWith('.json'))

const predictions = (model: string, select = 'count() AS n') =>
  service.query(`SELECT ${select} FROM predictions_${model} FINAL ORDER BY ALL`)
const labels = (model: string, select = 'count() AS n', group = '') =>
  service.query(`SELECT ${select} FROM labels_${model} FINAL ${group} ORDER BY ALL`)

const ROWS = Array.from({ length: 500 }, (_, i) => ({
  id: `r ${i}`,
  ts: new Date(START + i * 60_000).toISOString(),
  version: '3',
  prediction: i % 3 ? 'late' : 'on, "time"',
  score: i / 500,
  label: i % 5 ? 'late' : '',
  labelled_at: START + i * 60_000 + HOUR,
  a: i,
  b: i % 7 ? String(i * 1e-7) : 'NA',
  c: `é漢 ${i % 4}`,
}))
const quoted = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`
const csv = (lines: readonly object[]) =>
  [Object.keys(lines[0]).join(','), ...lines.map((row) => Object.values(row).map(quoted).join(','))].join(
    '\n',
  )
/** What the cells say, with the types that JSON has. */
const typed = ROWS.map((row) => ({ ...row, b: row.b === 'NA' ? null : Number(row.b), label: row.label === '' ? null : row.label })) // prettier-ignore
const ndjson = (lines: readonly object[]) => lines.map((row) => JSON.stringify(row)).join('\n')
const toEvents = ({ a, b, c, label, labelled_at, ...event }: (typeof typed)[number]) => [
  { ...event, features: { a, b, c } },
  ...(label === null ? [] : [{ id: event.id, label, labelled_at, prediction_ts: event.ts }]),
]

/** A Parquet file of a statement's rows. */
const parquet = async (name: string, select: string, rowGroup = 1_000) => {
  await service.query(
    `INSERT INTO FUNCTION file(${literal(path(name))}, Parquet) ${select}
      SETTINGS output_format_parquet_row_group_size = ${rowGroup}`,
  )
  return path(name)
}

describe('a file', () => {
  const columns = ROWS.map((row) => ({ ...row, b: row.b === 'NA' ? '\\N' : row.b }))
  test.each<[string, () => string | Promise<string>]>([
    ['of CSV', () => write('a.csv', csv(ROWS))],
    ['of packed CSV', () => write('a.csv.gz', gzipSync(csv(ROWS)))],
    ['of TSV', () => write('a.tsv', [Object.keys(ROWS[0]).join('\t'), ...columns.map((row) => Object.values(row).join('\t'))].join('\n'))],
    ['of flat NDJSON', () => write('a.ndjson', ndjson(typed))],
    ['of packed NDJSON in our own shape', () => write('b.ndjson.gz', gzipSync(ndjson(typed.flatMap(toEvents))))],
    ['of NDJSON with CR LF, a byte order mark and empty lines', () => write('c.jsonl', `\ufeff${ndjson(typed).replaceAll('\n', '\r\n\r\n')}\r\n`)],
    ['of Parquet', () => parquet('a.parquet', `SELECT id, parseDateTime64BestEffort(ts, 3, 'UTC') AS ts, toUInt8(version) AS version, prediction,
        toFloat64(score) AS score, nullIf(label, '') AS label, fromUnixTimestamp64Milli(toInt64(labelled_at), 'UTC') AS labelled_at, toInt32(a) AS a,
        toFloat64OrNull(b) AS b, toLowCardinality(c) AS c FROM file(${literal(write('p.csv', csv(ROWS)))}, CSVWithNames,
        'id String, ts String, version String, prediction String, score String, label String, labelled_at String, a String, b String, c String')`)],
  ])('%s is stored in full', async (_, file) => {
    const model = await newModel()
    const { code, stdout, stderr } = await replay(await file(), '--model', model, '--json')
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      to: 'api',
      resumed_after: 0,
      predictions: { accepted: 500, rejected: 0 },
      labels: { accepted: 400, rejected: 0 },
      rejections: [],
    })
    const stored = await predictions(model, 'id, toUnixTimestamp64Milli(ts) AS ts, version, prediction, score, f_a AS a, f_b AS b, f_c AS c, invalid, unknown')
    expect(stored).toHaveLength(500)
    const byId = new Map(stored.map((row) => [row.id, row]))
    for (const { id, ts, prediction, score, a, b, c } of typed)
      expect(byId.get(id)).toEqual({ id, ts: Date.parse(ts), version: '3', prediction, score, a, b, c, invalid: [], unknown: [] })
    const given = await labels(model, 'id, label, toUnixTimestamp64Milli(labelled_at) AS at')
    const expected = typed.filter(({ label }) => label !== null).map(({ id, label, labelled_at }) => ({ id, label, at: labelled_at }))
    expect(given).toEqual(expected.sort((x, y) => (x.id < y.id ? -1 : 1)))
    expect(states(), 'what is complete is forgotten').toEqual([])
  }) // prettier-ignore

  test('is counted as a baseline of the same file is, whatever its cells look like', async () => {
    const odd = Array.from({ length: 300 }, (_, i) => ({
      id: i,
      ts: START + i * 10_000,
      prediction: ['1.0', 'true', '0', 'False'][i % 4],
      score: i / 300,
      a: ['', 'NA', 'nan', ' 5 ', '1e-05', '-0', '+7', '.5', 'True', 'abc', '1e300', 'null'][i % 12],
      b: i % 9 ? i / 3 : '',
      c: ['', '007', '1.50', '1', 'true', ' x', 'nan'][i % 7],
    }))
    const dates = odd.map((row, i) => ({
      ...row,
      a: i % 50 === 0 ? '' : `${1 + (i % 28)}.0${1 + (i % 9)}.1960`,
      b: `2026-01-${10 + (i % 20)} 17:05:00`,
    }))
    const single = await parquet(
      'single.parquet',
      `SELECT toString(number) AS id, ${START} + 10000 * number AS ts, number % 2 = 0 AS prediction, number / 300 AS score,
         toFloat32(number / 10) AS a, number % 3 = 0 AS flag, b, toFloat32(number % 5 / 10) AS c
       FROM (SELECT number, toDate('2026-01-01') + number % 20 AS b FROM numbers(300))`,
    )
    for (const file of [write('odd.csv', csv(odd)), write('dates.csv', csv(dates)), single]) {
      const model = await newModel({ features: { a: 'numeric', b: 'numeric', c: 'categorical' } })
      const base = { DRIFTGAUGE_URL: service.url }
      expect((await command(['baseline', 'add', model, file], base)).code).toBe(0)
      expect((await replay(file, '--model', model)).code).toBe(0)
      await service.rollup(model)
      for (const column of ['a', 'b', 'c', 'prediction', 'score']) {
        const { body } = await call('GET', `/models/${model}/columns/${column}/distribution?from=2026-01-05&to=2026-01-06`) // prettier-ignore
        expect([column, body.window]).toEqual([
          column,
          { rows: body.baseline.rows, missing: body.baseline.missing },
        ])
        expect(body.baseline.rows).toBe(300)
        const bins = body.bins as { label: string; baseline: number; window: number }[]
        expect(
          bins.filter(({ baseline, window }) => baseline !== window),
          column,
        ).toEqual([])
      }
    }
  })

  test('with decimal commas is read as the model declares it, scores and columns with other text too', async () => {
    const model = await newModel()
    const lines = Array.from(
      { length: 20 },
      (_, i) => `${i};${START};1;0,${i + 10};${i % 4 ? '1,5' : 'k. A.'};x`,
    )
    const file = write('comma.csv', ['id;ts;prediction;score;a;c', ...lines].join('\n'))
    expect((await replay(file, '--model', model)).code).toBe(0)
    expect(await predictions(model, 'count(f_a) AS numbers, avg(f_a) AS a, min(score) AS least, max(score) AS most')).toEqual([{ numbers: 15, a: 1.5, least: 0.1, most: 0.29 }]) // prettier-ignore
  })

  test('of labels alone becomes no predictions, and leaves those that are there as they are', async () => {
    const model = await newModel()
    await replay(write('first.csv', csv(ROWS)), '--model', model)
    const found = await predictions(model, '*')
    const late = ROWS.map(({ id, ts }) => ({ request: id, ts, truth: 'on-time', labelled_at: START + 48 * HOUR, comment: 'x' }))
    const outcome = await replay(write('late.csv', csv(late)), '--model', model, '--column', 'id=request', '--column', 'label=truth')
    expect([outcome.code, outcome.stdout]).toEqual([0, expect.stringMatching(/^late\.csv: 0 predictions and 500 labels stored in [\d.]+ s, 0 rejected\.\n$/)])
    expect(await predictions(model, '*')).toEqual(found)
    expect(await labels(model, 'label, count() AS n', 'GROUP BY ALL')).toEqual([{ label: 'on-time', n: 500 }])
  }) // prettier-ignore

  test('that names the model in a column goes to each, with what each declares', async () => {
    const [text, number] = [await newModel(), await newModel({ task: 'regression', features: { a: 'categorical' } })] // prettier-ignore
    const both = ROWS.slice(0, 100).map(({ id, ts, a }, i) => ({ kind: i % 2 ? text : number, id, ts, prediction: 5, a })) // prettier-ignore
    expect((await replay(write('both.csv', csv(both)), '--column', 'model=kind')).code).toBe(0)
    expect(await predictions(text, 'any(prediction) AS p, any(toTypeName(f_a)) AS a, count() AS n')).toEqual([{ p: '5', a: 'Nullable(Float64)', n: 50 }]) // prettier-ignore
    expect(await predictions(number, 'any(prediction) AS p, count() AS n, countIf(f_a IS NULL) AS missing')).toEqual([{ p: 5, n: 50, missing: 0 }]) // prettier-ignore
  })

  test('with nested values is sent without them, and says so', async () => {
    const model = await newModel()
    const file = await parquet('nested.parquet', `SELECT toString(number) AS id, ${START} AS ts, 1 AS a, [1, 2] AS list FROM numbers(10)`) // prettier-ignore
    expect(await replay(file, '--model', model)).toMatchObject({ code: 0, stderr: 'Nested values are not sent: list.\n' }) // prettier-ignore
    expect(await predictions(model)).toEqual([{ n: 10 }])
  })

  test('of Parquet with many row groups gives each row the same number each time', async () => {
    const file = await parquet('groups.parquet', `SELECT toString(number) AS id, number AS ts, repeat('x', number % 50) AS c FROM numbers(60000) ORDER BY number`, 700) // prettier-ignore
    const options = { columns: DEFAULT_COLUMNS, needsModel: false, stated: columnOption, model: undefined, kindsOf: undefined, kinds: new Map() } // prettier-ignore
    await withWorkspace(
      async (workspace) => {
        const table = await openTable(workspace, file, options)
        for (const from of [0, 1, 12_345, 59_999, 60_000]) {
          let expected = from
          let last = 0
          for await (const { rows: chunk, share } of table.chunks(from)) {
            for (const row of chunk) {
              expected++
              const { number, record } = row as unknown as { number: number; record: { id: string } }
              if (number !== expected || Number(record.id) !== number - 1) expect([number, record.id]).toEqual([expected, String(expected - 1)]) // prettier-ignore
            }
            expect(share).toBeGreaterThan(last)
            last = share
          }
          expect([expected, last]).toEqual([60_000, from === 60_000 ? 0 : 1])
        }
        await table.close()
        expect(readdirSync(workspace.spool)).toEqual([])
      },
      () => {},
    )
  })
})

describe('what cannot be sent', () => {
  const row = { id: 1, ts: START, a: 1 }
  test.each<[string, () => string, string[], RegExp]>([
    ['no such file', () => path('none.csv'), ['--model', 'm'], /none\.csv: no such file/],
    ['another kind of file', () => write('x.txt', 'x'), [], /x\.txt: the name must end with/],
    ['an empty file', () => write('empty.csv', ''), [], /empty\.csv: the file is empty/],
    ['no ids', () => write('x.csv', csv([{ key: 1, ts: 1 }])), ['--model', 'm0'], /x\.csv: no column holds the id.*--column id=….* It has "key", "ts"/],
    ['no times', () => write('x.csv', csv([{ id: 1, a: 1 }])), ['--model', 'm0'], /x\.csv: no column holds the time.*--column ts=….* It has "id", "a"/],
    ['no ids in lines', () => write('x.ndjson', '\n{"key":1}\n'), ['--model', 'm0'], /x\.ndjson: line 2: no column holds the id/],
    ['no model', () => write('x.csv', csv([row])), [], /x\.csv: no column names the model: specify it with --model/],
    ['no model in lines', () => write('x.ndjson', ndjson([row])), [], /line 1: no column names the model/],
    ['a model that nobody declared', () => write('x.csv', csv([row])), ['--model', 'nobody'], /There is no model "nobody"/],
    ['a column that is not there', () => write('x.csv', csv([row])), ['--model', 'm0', '--column', 'label=y'], /there is no column "y", as specified by --column label=…/],
    ['a field that is none', () => write('x.csv', csv([row])), ['--column', 'lable=y'], /unknown field "lable"; did you mean "label"\?/],
    ['a rate of nothing', () => write('x.csv', csv([row])), ['--rate', '0'], /above 0/],
    ['a topic for the API', () => write('x.csv', csv([row])), ['--topic', 't'], /--labels-topic require --to kafka/],
    ['kinds for the API', () => write('x.csv', csv([row])), ['--kind', 'a=numeric'], /--kind requires --to kafka/],
    ['another destination', () => write('x.csv', csv([row])), ['--to', 'disk'], /Allowed choices are api, kafka/],
    ['Kafka without a broker', () => write('x.csv', csv([row])), ['--to', 'kafka'], /KAFKA_BROKERS/],
    ['a broken Parquet file', () => write('x.parquet', 'PAR1 nothing PAR1'), ['--model', 'm0'], /x\.parquet: ./],
    ['broken gzip', () => write('x.ndjson.gz', gzipSync(ndjson(ROWS)).subarray(0, 3_000)), ['--model', 'm0'], /x\.ndjson\.gz: after line \d+ the file is not valid gzip/],
    ['another encoding', () => write('x.csv', Buffer.from(`id,ts,a,c\n1,${START},1,x\n2,${START},1,Zürich\n`, 'latin1')), ['--model', 'm0'], /x\.csv: line 3 is not in UTF-8: save the file as UTF-8/],
    ['broken quotes', () => write('x.csv', `id,ts,a\n1,${START},1\n2,${START},"x"y"z"\n`), ['--model', 'm0'], /x\.csv: /],
  ])('%s is told, with what to do', async (_, file, line, message) => {
    if (models === 0) await newModel()
    const { code, stdout, stderr } = await replay(file(), ...line)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n {4}at |DB::|spool/)
  }) // prettier-ignore

  test('are rows: they are counted and told by number, the others are stored', async () => {
    const model = await newModel()
    const bad = ROWS.map((row, i) => ({
      ...row,
      ...(i === 7 ? { ts: 'soon' } : i === 300 ? { id: '' } : {}),
    }))
    const outcome = await replay(write('bad.csv', csv(bad)), '--model', model)
    expect(outcome.code).toBe(0)
    expect(outcome.stdout).toMatch(/^bad\.csv: 498 predictions and 399 labels stored in [\d.]+ s, 3 rejected\.\n {2}row 8, prediction: bad_ts: .*\n {2}row 8, label: bad_prediction_ts: .*\n {2}row 301, prediction: bad_id: .*\nThe service keeps rejected rows: see "driftgauge dead-letters list"\.\n$/) // prettier-ignore
    const kept = await call('GET', `/dead-letters?model=${model}`)
    expect(kept.body.dead_letters).toHaveLength(3)
  })

  test('are lines: those that are no JSON are kept by the service, too long ones only told', async () => {
    const model = await newModel()
    const long = JSON.stringify({ id: 'long', ts: START, features: { c: 'x'.repeat(1_100_000) } })
    const foreign = Buffer.from(`${ndjson([{ ...ROWS[2], c: 'Zürich' }])}\n`, 'latin1')
    const good = Buffer.from(`${ndjson(ROWS.slice(0, 2))}\nnope\n${long}\n[1]\n`)
    const file = write('bad.ndjson', Buffer.concat([good, foreign]))
    const { code, stdout } = await replay(file, '--model', model, '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([0, {
      predictions: { accepted: 2, rejected: 4 },
      rejections: [{ row: 3, reason: 'not_json' }, { row: 4, reason: 'too_large' }, { row: 5, reason: 'not_an_object' }, { row: 6, reason: 'not_utf8' }],
    }]) // prettier-ignore
    const kept = await call('GET', `/dead-letters?model=${model}`)
    expect(kept.body.dead_letters.map(({ payload }: { payload: string }) => payload).sort()).toEqual(['[1]', 'nope']) // prettier-ignore
  })

  test('are all rows: that is a fault of the file', async () => {
    const model = await newModel()
    const bad = Array.from({ length: 20 }, (_, i) => ({ id: i, ts: 'never', a: 1 }))
    const { code, stdout } = await replay(write('all.csv', csv(bad)), '--model', model)
    expect([code, stdout]).toEqual([2, expect.stringMatching(/20 rejected\.\n(.*bad_ts.*\n){10} {2}and 10 more\n/)]) // prettier-ignore
  })
})

describe('a replay that was stopped', () => {
  /** Stands before the service, and does with each request what it is told; then it passes on. */
  async function standBefore(
    act: (request: IncomingMessage, response: ServerResponse, nth: number) => boolean,
  ) {
    let nth = 0
    const server = createServer((request, response) => {
      if (/predictions|labels/.test(request.url!) && act(request, response, nth++)) return
      const { method, headers, url } = request
      const passed = forward(`${service.url}${url}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(response)
      })
      request.pipe(passed)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    afterAll(() => server.close())
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => nth }
  }
  const MANY = 23_000
  const many = (count = MANY) =>
    csv(Array.from({ length: count }, (_, i) => ({ id: i, ts: START + i * 1000, prediction: 'late', label: i % 2 ? 'late' : '', a: i }))) // prettier-ignore
  const refuse = (response: ServerResponse, status: number, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"detail":"not now"}')
    return true
  }

  test('goes on where it was, and says so; --restart begins anew', async () => {
    const model = await newModel()
    const file = write('many.csv', many())
    let isOpen = false
    const front = await standBefore((request, response, nth) => {
      request.resume()
      return nth >= 4 && !isOpen && refuse(response, 403)
    })
    const run = (...line: string[]) =>
      command(['replay', file, '--model', model, '--json', ...line], { ...environment(), DRIFTGAUGE_URL: front.url }) // prettier-ignore
    const stopped = await run()
    expect([stopped.code, stopped.stdout]).toEqual([2, ''])
    expect(stopped.stderr).toMatch(/^Stopped after row 10000; the same command continues from there\.\ndriftgauge: not now\. Set DRIFTGAUGE_API_KEY to a key that may do this\.\n$/) // prettier-ignore
    expect(states()).toHaveLength(1)
    isOpen = true
    const before = front.requests()
    const other = await run('--column', 'version=')
    expect(other.stderr, 'other options are another replay').toBe('')
    expect(front.requests() - before).toBe(10)

    const went = await run()
    expect(went.stderr).toMatch(/^Continuing after row 10000 of .*many\.csv, where it stopped at 2\S+; use --restart to start over\.\n$/) // prettier-ignore
    expect([went.code, JSON.parse(went.stdout)]).toMatchObject([
      0,
      { resumed_after: 10_000, predictions: { accepted: MANY, rejected: 0 }, labels: { accepted: MANY / 2 } },
    ])
    expect(front.requests() - before).toBe(16)
    expect([await predictions(model), await labels(model)]).toEqual([[{ n: MANY }], [{ n: MANY / 2 }]])
    expect(states()).toEqual([])

    isOpen = false
    await run()
    isOpen = true
    expect(states()).toEqual([])
    const again = await run('--restart')
    expect([again.stderr, JSON.parse(again.stdout)]).toMatchObject(['', { resumed_after: 0, predictions: { accepted: MANY } }]) // prettier-ignore
  })

  test('whose file has changed meanwhile begins anew', async () => {
    const model = await newModel()
    const file = write('growing.csv', many())
    const front = await standBefore((_, response, nth) => nth >= 2 && nth < 4 && refuse(response, 403))
    const run = () => command(['replay', file, '--model', model, '--json'], { ...environment(), DRIFTGAUGE_URL: front.url }) // prettier-ignore
    expect((await run()).stderr).toMatch(/Stopped after row 5000/)
    appendFileSync(file, `\nlast,${START},late,,1`)
    const { stderr, stdout } = await run()
    expect([stderr, JSON.parse(stdout).predictions.accepted]).toEqual(['', MANY + 1])
    rmSync(path('data/replays'), { recursive: true })
  })

  test('429, 503, other failures and silence are waited for, as long as Retry-After says', async () => {
    const model = await newModel()
    const at: number[] = []
    const front = await standBefore((request, response, nth) => {
      at.push(Date.now())
      if (nth === 1) return refuse(response, 429, { 'retry-after': '2' })
      if (nth === 2)
        return refuse(response, 503, { 'retry-after': new Date(Date.now() + 2_500).toUTCString() })
      if (nth === 3) return refuse(response, 500)
      if (nth === 4) return refuse(response, 502)
      if (nth === 5) request.socket.destroy()
      return nth === 5
    })
    const rowsOnly = csv(Array.from({ length: 6_000 }, (_, i) => ({ id: i, ts: START, prediction: 'late' })))
    const { code, stdout, stderr } = await command(
      ['replay', write('busy.csv', rowsOnly), '--model', model],
      { ...environment(), DRIFTGAUGE_URL: front.url },
    )
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^busy\.csv: 6,000 predictions and 0 labels/)])
    const told = stderr.replace(/^\d+%  retrying in .*\n/gm, '')
    expect(told).toMatch(/^Waiting: not now\nWaiting: No answer from /)
    expect(at[2] - at[1]).toBeGreaterThanOrEqual(1_990)
    expect(at[3] - at[2]).toBeGreaterThanOrEqual(1_000)
    expect(await predictions(model)).toEqual([{ n: 6_000 }])
  })

  test('by a state that is damaged begins anew', async () => {
    const model = await newModel()
    const file = write('damaged.csv', many(6_000))
    const front = await standBefore((_, response, nth) => nth >= 2 && nth < 4 && refuse(response, 403))
    const run = () => command(['replay', file, '--model', model, '--json'], { ...environment(), DRIFTGAUGE_URL: front.url }) // prettier-ignore
    await run()
    const [name] = states()
    for (const text of ['', '{', '{"position":-1}', '[]']) {
      writeFileSync(path(`data/replays/${name}`), text)
      expect(JSON.parse((await run()).stdout)).toMatchObject({ resumed_after: 0 })
    }
  })
})

test('the rate is kept', async () => {
  const model = await newModel()
  const began = Date.now()
  const file = write('slow.csv', csv(Array.from({ length: 200 }, (_, i) => ({ id: i, ts: START, a: i }))))
  expect((await replay(file, '--model', model, '--rate', '100')).code).toBe(0)
  expect(Date.now() - began).toBeGreaterThan(1_700)
  expect(await predictions(model)).toEqual([{ n: 200 }])
})

test('names are quoted wherever they go', async () => {
  const names = ['a`b', "it's", 'x y', '{n}', '😀', 'id2', '\\', 'é"q']
  const model = await newModel({ features: Object.fromEntries(names.map((name) => [name, 'numeric'])) })
  const file = write('hostile {*} ?.csv', csv([{ id: 1, ts: START, ...Object.fromEntries(names.map((name, i) => [name, i])) }]).replace(/^.*\n/, `${['id', 'ts', ...names].map(quoted).join(',')}\n`)) // prettier-ignore
  expect((await replay(file, '--model', model)).code).toBe(0)
  const stored = await predictions(model, names.map((name) => `${identifier(`f_${name}`)} AS ${identifier(name)}`).join(', ')) // prettier-ignore
  expect(stored).toEqual([Object.fromEntries(names.map((name, i) => [name, i]))])
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseDeclarations } from '../../../declare/declarations.ts'
import { command } from '../../support/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-init-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)
const write = (name: string, text: string) => {
  writeFileSync(path(name), text)
  return path(name)
}
const driftgauge = (...line: string[]) =>
  command(line, { LOG_LEVEL: 'silent', DRIFTGAUGE_DATA: path('data') })

/** Rows of a shop: what was paid, where, and whether it came back. */
const rowOf = (i: number) => ({
  amount: 5 + ((i * 37) % 400) / 10,
  shop: ['north', 'south', 'west'][i % 3],
  returned: i % 4 === 0 ? 'yes' : 'no',
  p: ((i * 13) % 100) / 100,
})
const csv = (rows: object[]) =>
  [Object.keys(rows[0]), ...rows.map((row) => Object.values(row) as unknown[])]
    .map((cells) => cells.join(','))
    .join('\n')
const training = write('training.csv', csv(Array.from({ length: 1200 }, (_, i) => rowOf(i))))
const START = Date.UTC(2026, 0, 5)
const logged = Array.from({ length: 4000 }, (_, i) => {
  const { amount, shop, p } = rowOf(i)
  return {
    request_id: `r${i}`,
    scored_at: new Date(START + i * 60_000).toISOString(),
    amount,
    shop,
    proba: p,
  }
})

test('a file of training rows and a log become a model and a monitor that run', async () => {
  const log = write('log.csv', csv(logged))
  const output = path('shop.yaml')
  const columns = ['--column', 'label=returned', '--column', 'score=p']
  const made = await driftgauge('init', training, '--log', log, '--name', 'shop', ...columns, '-o', output)
  expect([made.code, made.stderr]).toEqual([0, ''])
  const yaml = readFileSync(output, 'utf8')
  expect(parseDeclarations(yaml, output, {})).toMatchObject({
    models: [{ name: 'shop', task: 'binary', positive: 'yes' }],
    monitors: [{ name: 'shop-drift', checks: ['feature', 'prediction', 'quality'] }],
  })
  expect(yaml).toContain('window: 24h # about 1,440 predictions in each')

  // Each step that it names, as it names it.
  const steps = made.stdout
    .split('\n')
    .flatMap((line) => /^ {5}driftgauge (?!serve)(.*)$/.exec(line)?.[1] ?? [])
  expect(steps.map((line) => line.split(' ')[0])).toEqual([
    'apply',
    'baseline',
    'replay',
    'backtest',
    'backfill',
  ])
  const [apply, baseline, replay] = steps
  expect((await driftgauge(...apply.split(' '))).code).toBe(0)
  expect((await driftgauge(...baseline.split(' '))).stdout).toContain('1,200 rows, active')
  expect((await driftgauge(...replay.split(' '))).stdout).toMatch(/4,000 predictions/)
  const run = await driftgauge('monitor', 'run', 'shop-drift', '--as-of', '2026-01-07T00:30:00Z', '--json')
  const { results } = JSON.parse(run.stdout) as {
    results: { kind: string; column: string; verdict: string }[]
  }
  const drift = results.filter(({ kind }) => kind === 'feature' || kind === 'prediction')
  expect(drift.map(({ column, verdict }) => [column, verdict]).sort()).toEqual([
    ['amount', 'ok'],
    ['score', 'ok'],
    ['shop', 'ok'],
  ])
})

test('what needs labels is checked where the log has them', async () => {
  const rows = logged.map((row, i) => ({ ...row, returned: rowOf(i).returned }))
  const log = write('labelled.csv', csv(rows))
  const line = [
    'init',
    training,
    '--log',
    log,
    '--column',
    'label=returned',
    '--column',
    'score=p',
    '-o',
    '-',
  ]
  const { stdout } = await driftgauge(...line)
  const { monitors } = parseDeclarations(stdout, 'driftgauge.yaml', {})
  expect(monitors[0].checks).toEqual(['feature', 'prediction', 'label', 'concept', 'performance', 'quality'])
})

test('a log in the shape of events is read as such', async () => {
  const lines = logged.map(({ request_id: id, scored_at: ts, amount, shop, proba: score }) =>
    JSON.stringify({ id, ts, score, features: { amount, Shop: shop } }),
  )
  const log = write('log.ndjson', lines.join('\n'))
  const { stdout } = await driftgauge('init', training, '--log', log, '--name', 'shop', '-o', path('events.yaml')) // prettier-ignore
  expect(stdout).toContain(`driftgauge replay ${log} --model shop\n`)
  expect(stdout).toContain('In the training file, but not in the log: shop, returned, p.')
  expect(stdout).toContain('In the log, but no feature of the model: Shop')
})

test.each(['none', 'slack', 'pagerduty', 'webhook', 'ml@example.com'])(
  'alerts to %s are declared',
  async (alerts) => {
    const { stdout, stderr } = await driftgauge('init', training, '--alerts', alerts, '-o', '-')
    const environment = {
      SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/x',
      PAGERDUTY_ROUTING_KEY: 'k'.repeat(32),
      ALERT_WEBHOOK_URL: 'https://example.com/hook',
      ALERT_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    }
    const { monitors, channels } = parseDeclarations(stdout, 'driftgauge.yaml', environment)
    expect(monitors[0].alert.channels).toEqual(channels.map(({ name }) => name))
    expect(channels).toHaveLength(alerts === 'none' ? 0 : 1)
    expect(stderr).toContain('driftgauge apply -f driftgauge.yaml')
  },
)

test('public datasets become declarations without a word from anybody', async () => {
  const data = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data')
  for (const [file, task, features] of [
    ['seattle-weather.csv', 'binary', ['precipitation', 'temp_max', 'temp_min', 'wind', 'weather']],
    ['github.csv', 'binary', ['count']],
    ['species.csv', 'binary', undefined],
    ['windvectors.csv', 'binary', ['longitude', 'latitude', 'dir', 'dirCat', 'speed']],
  ] as const) {
    const { code, stdout, stderr } = await driftgauge('init', join(data, file), '--name', 'it', '-o', '-')
    expect([file, code, stderr.includes('No column looks like a label')]).toEqual([file, 0, true])
    const { models } = parseDeclarations(stdout, file, {})
    expect(models[0].task).toBe(task)
    if (features !== undefined) expect(models[0].features.map(({ name }) => name)).toEqual(features)
  }
})

test('what cannot be used is refused with the way out, and no file is written over', async () => {
  const taken = write('taken.yaml', 'models: []\n')
  for (const [line, said] of [
    [[training, '-o', taken], /taken\.yaml: the file exists; choose another name with --output/],
    [[path('nothing.csv'), '-o', '-'], /nothing\.csv: no such file/],
    [['-o', '-'], /Give a file of training rows, such as: driftgauge init training\.csv/],
    [[training, '-o', '-', '--column', 'label=lat'], /there is no column "lat" for the label/],
    [
      [training, '-o', '-', '--alerts', 'pigeon'],
      /--alerts pigeon: choose .*slack.*, none, or an email address/,
    ],
    [[write('---.csv', 'a\n1\n'), '-o', '-'], /Give another one with --name/],
  ] as const) {
    const { code, stdout, stderr } = await driftgauge('init', ...line)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(said)])
  }
  expect(readFileSync(taken, 'utf8')).toBe('models: []\n')
})

/** A dry run promises what the real run does, and refuses what it refuses. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command } from '../../support/command.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-32-characters-0123456789'
const SECRET = 'whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IQ=='
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

let service: TestService
beforeAll(async () => {
  service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
  await must('/models', {
    name: 'shop',
    task: 'binary',
    positive: 'yes',
    features: { x: 'numeric' },
    segments: [],
  })
  await must('/models', { name: 'other', task: 'regression', features: { x: 'numeric' } })
  const rows = Array.from({ length: 300 }, (_, i) => ({
    id: `p${i}`,
    ts: Date.UTC(2026, 0, 1) + i * 60_000,
    features: { x: i % 7 },
    score: i % 2,
    prediction: i % 2 ? 'yes' : 'no',
  }))
  await must('/models/shop/predictions', rows)
  await must('/channels', { name: 'hook', webhook: { url: 'https://example.com/x', secret: SECRET } })
  await must('/channels', { name: 'pipeline', github: { repository: "a/b", token: "github_pat_0123456789abcdef" } }) // prettier-ignore
  await must('/monitors', { name: 'daily', model: 'shop' })
})

async function must(path: string, body: unknown): Promise<void> {
  const answer = await service.call('POST', path, body, { authorization: `Bearer ${KEY}` })
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
}

const apply = async (text: string, ...flags: string[]) => {
  const file = join(directory, 'declared.yaml')
  writeFileSync(file, text)
  return command(['apply', '-f', file, ...flags], {
    DRIFTGAUGE_URL: service.url,
    DRIFTGAUGE_API_KEY: KEY,
    LOG_LEVEL: 'silent',
  })
}

const SHOP = '{ name: shop, task: binary, positive: "yes", features: { x: numeric } }'

/** What is refused, by what the file says; nothing of it may stay behind. */
const REFUSED: [name: string, file: string, says: string][] = [
  [
    'a feature of another kind than its stored rows',
    'models: [{ name: shop, task: binary, features: { x: categorical } }]',
    'model "shop": Model "shop" has stored data in which the kind of "x" differs.',
  ],
  [
    'a task whose predictions are of another kind',
    'models: [{ name: shop, task: regression, features: { x: numeric } }]',
    'model "shop": Model "shop" has stored data in which the kind of "prediction" differs.',
  ],
  [
    'a monitor that moves to another model',
    'monitors: [{ name: daily, model: other }]',
    'monitor "daily": The monitor "daily" belongs to the model "shop"',
  ],
  [
    'a baseline that is not stored',
    'monitors: [{ name: fresh, model: shop, baseline: { data: training.csv } }]',
    'monitor "fresh": baseline.data: the model has no baseline "training.csv"',
  ],
  [
    'segments that the declared model does not have',
    'monitors: [{ name: fresh, model: shop, segments: [x] }]',
    'monitor "fresh": segments.0: "x" is not one of the segment columns of "shop"',
  ],
  [
    'alerts to a channel that takes none',
    'monitors: [{ name: fresh, model: shop, alert: { channels: [pipeline] } }]',
    'monitor "fresh": alert.channels.0: the channel "pipeline"',
  ],
  [
    'a route to a channel that takes no alerts',
    'routes: [{ name: all, channels: [pipeline] }]',
    'route "all": channels.0: the channel "pipeline"',
  ],
  [
    'a baseline of each version where versions are not evaluated',
    'monitors: [{ name: fresh, model: shop, baseline: { rolling: 7d, own_version: true } }]',
    'monitor "fresh": baseline.own_version: requires "by_version: true"',
  ],
  [
    'a metric that the task does not have',
    'monitors: [{ name: fresh, model: other, performance: { metric: brier } }]',
    'monitor "fresh": performance.metric: "brier" is not available for a regression model: use rmse or mae',
  ],
  [
    'a metric that the task of the file does not have, with its line',
    'models:\n  - { name: late, task: regression, features: { x: numeric } }\nmonitors:\n  - { name: fresh, model: late, performance: { metric: log_loss } }',
    'declared.yaml:4:56: monitor "fresh", performance.metric: "log_loss" is not available for a regression model',
  ],
  [
    'a model that nobody declared',
    'topics: [{ name: t, records: predictions, model: shp, fields: { ts: at, score: p, features: "*" } }]',
    'there is no model "shp"',
  ],
]

describe('apply --dry-run', () => {
  test.each(REFUSED)('refuses %s as the real run does', async (_, file, says) => {
    const dry = await apply(file, '--dry-run')
    const real = await apply(file)
    expect(dry.code).toBe(2)
    expect(dry.stderr).toContain(says)
    expect(dry).toEqual(real)
  })

  test('of several faults it tells the one that the real run meets first', async () => {
    const file = `models: [${SHOP.replace('x: numeric', 'x: numeric, y: numeric')}]
monitors: [{ name: daily, model: other }]
routes: [{ name: all, channels: [pipeline] }]`
    const dry = await apply(file, '--dry-run')
    expect(dry.stderr).toMatch(/^driftgauge: monitor "daily": .*\nNothing was changed\.\n$/)
    const real = await apply(file)
    expect(real.code).toBe(dry.code)
    expect(real.stderr.split('\n')[0]).toBe(dry.stderr.split('\n')[0])
    expect(real.stderr).toContain('Already applied: model "shop" changed.')
  })

  test('promises what the real run does, warnings too, and leaves nothing behind', async () => {
    const file = `models: [{ name: late, task: binary, positive: "1", features: { hour: numeric }, segments: [hour] }]
channels: [{ name: ops, webhook: { url: "https://example.com/y", secret: "${SECRET}" } }]
monitors:
  - { name: hourly, model: late, segments: [hour], alert: { channels: [ops] }, performance: { metric: brier } }
  - { name: daily, model: shop, window: 48h, retrain: { target: pipeline, activate_baseline: { first: 24h } } }
topics: [{ name: late-out, records: predictions, model: late, fields: { ts: at, score: p, features: "*" } }]
routes: [{ name: all, channels: [ops] }]`
    const dry = await apply(file, '--dry-run', '--json')
    expect(dry.code, dry.stderr).toBe(0)
    expect(JSON.parse((await apply(file, '--dry-run', '--json')).stdout)).toEqual(JSON.parse(dry.stdout))
    const real = await apply(file, '--json')
    expect(JSON.parse(real.stdout)).toEqual({ ...JSON.parse(dry.stdout), dry_run: false })
    expect(JSON.parse(real.stdout).warnings).toMatchObject([{ kind: 'monitor', name: 'daily' }])
    const again = await apply(file, '--dry-run')
    expect(again.stdout).toContain('Nothing to change')
  })

  test('takes a key that may write, as the real run does', async () => {
    const made = await service.call('POST', '/keys', { name: 'reader', scopes: ['read'] }, { authorization: `Bearer ${KEY}` }) // prettier-ignore
    const file = join(directory, 'reader.yaml')
    writeFileSync(file, 'monitors: [{ name: read-only, model: shop }]')
    const environment = {
      DRIFTGAUGE_URL: service.url,
      DRIFTGAUGE_API_KEY: made.body.key,
      LOG_LEVEL: 'silent',
    }
    const dry = await command(['apply', '-f', file, '--dry-run'], environment)
    const real = await command(['apply', '-f', file], environment)
    expect(dry).toMatchObject({ code: 2, stderr: expect.stringContaining('the scope "write"') })
    expect(dry).toEqual(real)
  })
})

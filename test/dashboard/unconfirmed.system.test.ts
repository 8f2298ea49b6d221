/** The pages over an effect that reaches a threshold without being told from chance: neither well nor a breach. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const CATEGORIES = 21
const DAYS = 8

let service: TestService
let results: {
  id: string
  column: string
  verdict: string
  reason: string
  effect: number
  explanation: string
}[]

/** A day of 500 rows a category, then days of ten, the last ones tilted by as much as chance hardly does. */
function rowsOf(day: number): string[] {
  const rows = (i: number) => (day === 0 ? 500 : day < 6 ? 10 : i % 2 ? 16 : 6)
  return Array.from({ length: CATEGORIES }, (_, i) => Array.from({ length: rows(i) }, () => `c${i}`))
    .flat()
    .map((c, i, all) =>
      JSON.stringify({
        id: `${day}-${i}`,
        ts: START + day * DAY + Math.floor((i * DAY) / all.length),
        features: { c, steady: i % 3 },
        score: (i % 10) / 10,
        prediction: i % 2 ? 'yes' : 'no',
      }),
    )
}

beforeAll(async () => {
  service = await testService()
  const must = async (path: string, body: unknown, headers?: Record<string, string>) => {
    const answer = await service.call('POST', path, body, headers)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  const features = { c: 'categorical', steady: 'numeric' }
  await must('/models', { name: 'doubt', task: 'binary', positive: 'yes', features })
  const lines = Array.from({ length: DAYS }, (_, day) => rowsOf(day)).flat()
  await must('/models/doubt/predictions', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
  const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
  await must('/models/doubt/baselines', { name: 'first', window })
  const model = (await service.models.find('doubt'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('/monitors', { name: 'daily', model: 'doubt', checks: ['feature'] })
  for (let day = 2; day <= DAYS; day++)
    results = (await must('/monitors/daily/run', { asOf: new Date(START + day * DAY + HOUR).toISOString() }))
      .results
})

test('such a result says what it is, and fires nothing', async () => {
  const c = results.find(({ column }) => column === 'c')!
  expect(c).toMatchObject({ verdict: 'unconfirmed', reason: 'not_significant' })
  expect(c.effect).toBeGreaterThanOrEqual(0.1)
  expect(c.explanation).toMatch(
    /^Effect 0\.1\d+ reaches the warning threshold of 0\.1, but with \d+ window rows it cannot be distinguished from chance \(noise floor 0\.1\d+\)\.$/,
  )
  const { body: overview } = await service.call('GET', '/overview')
  expect(overview.models[0]).toMatchObject({
    status: 'unconfirmed',
    firing: [],
    worst: { verdict: 'unconfirmed' },
  })
  const { body: filtered } = await service.call('GET', '/models/doubt/results?from=2026-01-01&to=2026-02-01&verdict=unconfirmed') // prettier-ignore
  expect(filtered.results.length).toBeGreaterThan(0)
  const { body: heatmap } = await service.call('GET', '/models/doubt/heatmap')
  expect(heatmap.rows.find(({ column }: { column: string }) => column === 'c').verdicts.at(-1)).toBe(
    'unconfirmed',
  )
})

describeBrowser('the pages', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => {
    expect(browser.faults).toEqual([])
    await browser.close()
  })

  test.each([
    ['/', 'c: Effect 0.1'],
    ['/models/doubt', 'unconfirmed'],
    ['/models/doubt/columns/c?kind=feature', 'cannot be distinguished from chance'],
  ])('%s never calls it steady', async (path, says) => {
    const page = await browser.open(service.url + path)
    await settled(page)
    const badge = page.getByText('Unconfirmed', { exact: true }).first()
    await badge.waitFor()
    expect(await page.locator('main').textContent()).toContain(says)
    expect(await badge.evaluate((element) => element.closest('span')!.className)).toContain('unconfirmed')
    await expectAccessible(page, path)
    await expectFits(page, path)
    await page.close()
  })
})

test('a result of before there was such a verdict is computed again as it was', async () => {
  const { id } = results.find(({ column }) => column === 'c')!
  const again = async (result: string) => (await service.call('POST', `/results/${result}/reproduce`)).body
  expect(await again(id)).toMatchObject({ agrees: true })
  const other = [...id].reverse().join('')
  await service.store.rollup.command({
    query: `INSERT INTO results SELECT * REPLACE ('${other}' AS id, 'ok' AS verdict, 'stable' AS reason,
      replaceOne(replaceOne(evaluation, '"verdict":"unconfirmed"', '"verdict":"ok"'), '"not_significant"', '"stable"') AS evaluation)
      FROM results WHERE results.id = '${id}'`,
  })
  expect((await service.call('GET', `/results/${other}`)).body).toMatchObject({
    verdict: 'ok',
    reason: 'stable',
  })
  expect(await again(other)).toMatchObject({ agrees: true, evaluation: { status: 'agrees' } })
})

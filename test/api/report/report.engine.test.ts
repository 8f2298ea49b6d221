import { beforeAll, describe, expect, test } from 'vitest'
import { formatNumber } from '../../../charts/format.ts'
import { apiFixture, type ApiFixture } from '../../support/api.ts'
import { command } from '../../support/command.ts'
import { FULL_KEY } from '../../support/api.ts'

const PERIOD = 'from=2026-01-01&to=2026-01-11'
let fixture: ApiFixture
let page: string
let summary: string
const get = (path: string) => fixture.call('GET', path)
const report = (query = PERIOD, model = 'shop') => get(`/models/${model}/report?${query}`)

beforeAll(async () => {
  fixture = await apiFixture(20)
  await fixture.call('POST', '/annotations', { kind: 'deployment', text: '<b>v2</b> went live', model: 'shop', from: '2026-01-08T06:00:00Z' }) // prettier-ignore
  await fixture.call('POST', '/incidents', { title: 'Prices in | cents', alerts: [fixture.alerts[0]], assignee: 'Ann' }) // prettier-ignore
  await fixture.call('POST', '/models', { name: 'empty', task: 'binary', features: { a: 'numeric' } })
  page = (await report()).body as string
  summary = (await report(`${PERIOD}&format=markdown`)).body as string
}, 120_000)

describe('the report on a model', () => {
  test('has the numbers of the other routes', async () => {
    const { body: heatmap } = await get(`/models/shop/heatmap?monitor=daily&${PERIOD}`)
    const breached = (heatmap.rows as { column: string; verdicts: string[]; effects: number[] }[]).filter(
      ({ verdicts }) => verdicts.includes('critical'),
    )
    expect(breached.map(({ column }) => column)).toContain('x')
    for (const { column, verdicts, effects } of breached) {
      const largest = Math.max(...effects.filter((_, i) => verdicts[i] === 'critical'))
      expect(page, column).toContain(`effect ${formatNumber(largest)}, window`)
      expect(summary, column).toContain(`| ${column} | ${formatNumber(largest)} |`)
    }
    const { body: performance } = await get(`/models/shop/performance?${PERIOD}`)
    const { value, low, high } = performance.total.metrics[performance.primary]
    const metric = `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`
    for (const text of [page, summary]) expect(text).toContain(metric)
    const { body: volume } = await get(`/models/shop/volume?${PERIOD}`)
    const predictions = (volume.points as { predictions: number }[]).reduce((sum, one) => sum + one.predictions, 0) // prettier-ignore
    expect(page).toContain(`${predictions.toLocaleString('en-US')} predictions from`)
  })

  test('lists the alerts that fired, with their sentence and how long they did', async () => {
    const { body } = await get(`/alerts?model=shop&history=true&${PERIOD}`)
    const began = (body.alerts as { reason: string; summary: string }[]).filter(({ reason }) => reason === 'first') // prettier-ignore
    const rows = summary.split('\n').filter((line) => / drift \((daily|removed)\)/.test(line))
    expect(rows).toHaveLength(3)
    expect(began.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatch(/\| (\d+ days? )?(\d+ h)?(, still firing)? \| Feature "x" of shop has drifted\. \|$/) // prettier-ignore
    expect(page).toContain('3 alerts fired, 2 still fire: label drift, feature drift.')
  })

  test('an alert that began before the period and still fires is in it; one that ended before is not', async () => {
    const { body } = await report('from=2026-01-10T00:00:00Z&to=2026-01-11T00:00:00Z&format=markdown')
    const rows = (body as string).split('\n').filter((line) => / drift \((daily|removed)\)/.test(line))
    expect(rows).toHaveLength(2)
    expect(rows.every((row) => row.includes('still firing'))).toBe(true)
  })

  test('tells of incidents and annotations, whose texts stay texts', () => {
    expect(page).toContain('Prices in | cents')
    expect(page).toContain('&lt;b&gt;v2&lt;/b&gt; went live')
    expect(page).not.toContain('<b>v2')
    expect(summary).toContain('Incident Prices in \\| cents, open')
  })

  test('says in words what there is not, and why what could not be computed is missing', async () => {
    const { status, body } = await report(PERIOD, 'empty')
    expect(status).toBe(200)
    for (const words of [
      'No monitor watches this model.',
      'No monitor looks for drift of this model.',
      'No monitor checks the data of this model.',
      'Nothing arrived in the period.',
      'No incident of this model was open in the period.',
      'Nothing was annotated in the period.',
      'No experiment ran in the period.',
      'No retraining was requested in the period.',
      'Performance: not available. The model &quot;empty&quot; has no active baseline',
    ])
      expect((body as string).replaceAll(/\s+/g, ' '), words).toContain(words)
  })

  test('without a period it covers the 30 days up to the newest evaluated window', async () => {
    const { body } = await report('format=markdown')
    expect(body).toContain('\n12 Dec 2025 00:00 UTC to 11 Jan 2026 00:00 UTC\n')
  })
})

describe('its answer', () => {
  test('can do nothing where a browser shows it', async () => {
    const { headers } = await report()
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('inline; filename="driftgauge-shop-report-20260101-20260111.html"') // prettier-ignore
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'; sandbox$/) // prettier-ignore
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await report(`${PERIOD}&format=markdown`)).headers.get('content-type')).toBe('text/markdown; charset=utf-8') // prettier-ignore
  })

  test('needs a key that may read, and no more', async () => {
    const { body } = await fixture.call('POST', '/keys', { name: 'reader', scopes: ['read'] })
    const with_ = (key: string) => fixture.service.call('GET', `/models/shop/report?${PERIOD}`, undefined, { authorization: `Bearer ${key}` }) // prettier-ignore
    expect((await with_(body.key as string)).status).toBe(200)
    const { body: sender } = await fixture.call('POST', '/keys', { name: 'sender', scopes: ['ingest'] })
    expect((await with_(sender.key as string)).status).toBe(403)
    expect((await fixture.service.call('GET', '/models/shop/report')).status).toBe(401)
  })

  test('refuses what there is not', async () => {
    expect((await report(PERIOD, 'nobody')).status).toBe(404)
    expect((await report('format=pdf')).status).toBe(400)
    expect((await report('from=2026-02-01&to=2026-01-01')).status).toBe(400)
  })
})

test('driftgauge report writes the same, and refuses without a place to write to', async () => {
  const environment = { DRIFTGAUGE_URL: fixture.service.url, DRIFTGAUGE_API_KEY: FULL_KEY }
  const times = ['--from', '2026-01-01', '--to', '2026-01-11']
  const printed = await command(['report', 'shop', ...times, '--markdown', '-'], environment)
  expect([printed.code, printed.stderr]).toEqual([0, ''])
  const undated = (text: string) => text.replace(/<sub>.*/, '')
  expect(undated(printed.stdout)).toBe(undated(summary))
  for (const [words, message] of [
    [['shop'], /Say where to write it/],
    [['nobody', '--markdown', '-'], /no model "nobody"/],
    [['shop', '--from', 'x', '--markdown', '-'], /from/],
    [['shop', '--html', '/nowhere/report.html'], /cannot be written/],
  ] as const) {
    const { code, stderr } = await command(['report', ...words], environment)
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  }
})

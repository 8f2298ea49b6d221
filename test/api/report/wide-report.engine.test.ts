import { beforeAll, expect, test } from 'vitest'
import { monitors, monitorSchema } from '../../../control/declared/monitor.ts'
import type { QualitySummary } from '../../../domain/data-finding.ts'
import { insertResults } from '../../../store/results/results.ts'
import { outcome } from '../../support/samples/results.ts'
import { testService, type TestService } from '../../support/service.ts'

const COLUMNS = 1_000
const WINDOWS = 30
const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const PERIOD = 'from=2026-01-01&to=2026-02-01'
const names = Array.from({ length: COLUMNS }, (_, i) => `customer feature number ${i}`)
let service: TestService

/** Every column drifts in every window and loses values, by two monitors. */
beforeAll(async () => {
  service = await testService()
  const features = Object.fromEntries(names.map((name) => [name, 'numeric']))
  await service.call('POST', '/models', { name: 'wide', task: 'binary', positive: '1', features })
  for (const name of ['daily', 'weekly']) {
    const monitor = monitorSchema.parse({ name, model: 'wide', every: '24h', checks: ['feature', 'quality'] })
    await monitors.put(service.store.control, name, monitor, new Date())
    for (let window = 1; window <= WINDOWS; window++)
      await insertResults(service.store, windowOf(name, window))
  }
}, 300_000)

function windowOf(monitor: string, window: number) {
  const windowEnd = new Date(START + window * DAY)
  const common = { model: 'wide', monitor, windowEnd, evaluatedAt: windowEnd }
  const id = (i: number) =>
    (((monitor === 'daily' ? 1 : 2) * 100 + window) * 10_000 + i).toString(16).padStart(32, '0')
  const summary: QualitySummary = {
    rows: 1000,
    columns: names.map((column) => ({ column, decided: true, missing: 0.3, invalid: 0, out_of_range: 0, unseen: 0, skew: 0, findings: [{ finding: 'missing', severity: 'critical', share: 0.3, expected: 0, explanation: `The value of "${column}" is missing from 30% of rows; the baseline has none.` }] })), // prettier-ignore
    model: [],
    undecided: [],
  }
  return [
    ...names.map(
      (column, i) =>
      outcome({ ...common, id: id(i), kind: 'feature', column, verdict: 'critical', effect: 0.3 + i / COLUMNS + window / 100, explanation: `The distribution of "${column}" shifted.` }), // prettier-ignore
    ),
    outcome({ ...common, id: id(COLUMNS), kind: 'data', column: '', verdict: 'critical', effect: undefined, evaluation: summary }), // prettier-ignore
  ]
}

test('of a thousand columns that all drift it takes less than a megabyte, and counts what it leaves out', async () => {
  const { status, body } = await service.call('GET', `/models/wide/report?${PERIOD}`)
  expect(status).toBe(200)
  const page = body as string
  expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
  const rowsOf = (label: string) =>
    page.split(`aria-label="${label}"`)[1].split('</table>')[0].split('<tbody>').length - 1
  const left = (what: string) => [...page.matchAll(new RegExp(`([\\d,]+) ${what} are left out to keep this file small`, 'g'))].map(([, count]) => Number(count.replaceAll(',', ''))) // prettier-ignore
  const cards = page.split('<article class="card">').length - 1
  expect([
    cards,
    ...new Set(
      [...page.matchAll(/(\d+) more rows with smaller effects are left out/g)].map(([, count]) =>
        Number(count),
      ),
    ),
  ]).toEqual([6, 960])
  const label = '1,994 more that drifted'
  expect(page).toContain(`>${label}</h3>`)
  expect(rowsOf(label)).toBeGreaterThan(300)
  expect(left('more rows')).toEqual([1994 - rowsOf(label)])
  for (const [i, monitor] of ['daily', 'weekly'].entries()) {
    const shown = rowsOf(`Findings of monitor ${monitor}`)
    expect(shown).toBeGreaterThan(80)
    expect(left('more findings')[i]).toBe(COLUMNS - shown)
  }
})

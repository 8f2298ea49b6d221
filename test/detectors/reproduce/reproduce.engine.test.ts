import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findAlertEvents } from '../../../control/alerting/alert-events.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { profileDifferences } from '../../../detectors/reproduce/differences.ts'
import { rows } from '../../../store/engine/query.ts'
import { apiFixture, START, type ApiFixture } from '../../support/api.ts'
import { command } from '../../support/command.ts'

let fixture: ApiFixture
let key: string
type Stored = { id: string; kind: string; column: string; verdict: string; window_end: string }
let results: Stored[]
let quality: Stored[]
beforeAll(async () => {
  fixture = await apiFixture(12)
  const { body } = await fixture.call('GET', '/models/shop/results?from=2026-01-01&to=2026-02-01')
  results = body.results.filter(({ kind }: Stored) => kind !== 'data')
  quality = body.results.filter(({ kind }: Stored) => kind === 'data')
  key = (await fixture.call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key
})

const reproduced = async (id: string) => (await fixture.call('POST', `/results/${id}/reproduce`)).body
const agreeing = { status: 'agrees' }

/** Stores the result again under another id, changed by an expression a column. */
async function doctored(id: string, changes: Record<string, string>): Promise<string> {
  const other = [...id].reverse().join('')
  const changed = { id: `'${other}'`, ...changes }
  const replaced = Object.entries(changed).map(([name, value]) => `${value} AS ${name}`)
  await fixture.service.store.rollup.command({
    query: `INSERT INTO results SELECT * REPLACE (${replaced.join(', ')}) FROM results WHERE results.id = '${id}'`,
  })
  return other
}

describe('reproducing a result', () => {
  test('agrees for every kind of column and verdict, from its arrays and from the rows', async () => {
    expect(new Set(results.map(({ column }) => column))).toEqual(
      new Set(['x', 'c', 'prediction', 'score', 'label']),
    )
    expect(results.some(({ verdict }) => verdict === 'critical')).toBe(true)
    for (const { id } of results) {
      const { agrees, evaluation, window, baseline, code_version } = await reproduced(id)
      expect({ agrees, evaluation, window, baseline }).toEqual({
        agrees: true,
        evaluation: agreeing,
        window: agreeing,
        baseline: agreeing,
      })
      expect(code_version.stored).toBe(code_version.running)
    }
  })

  test('agrees for the quality of the data, judged again from counts by hour', async () => {
    expect(new Set(quality.map(({ column }) => column))).toEqual(new Set(['', 'c', 'x']))
    for (const { id } of quality) {
      const { agrees, evaluation, window, baseline } = await reproduced(id)
      expect({ agrees, evaluation, baseline }).toEqual({
        agrees: true,
        evaluation: agreeing,
        baseline: agreeing,
      })
      expect(window.status).toBe('unavailable')
    }
    const { id } = quality.find(({ column }) => column === 'x')!
    const evaluation = `replaceOne(evaluation, '"severity":"critical"', '"severity":"warning"')`
    const found = await reproduced(await doctored(id, { evaluation }))
    expect(found).toMatchObject({ agrees: false })
    expect(found.evaluation.differences).toEqual([
      { what: 'findings.0.severity', stored: 'warning', recomputed: 'critical' },
    ])
    const early = await reproduced(await doctored(quality[0].id, { rule: `'{"alpha":0.01,"minRows":200}'` }))
    expect(early).toMatchObject({ agrees: false, evaluation: { status: 'unavailable' } })
  })

  test('tells what of the verdict differs', async () => {
    const { id } = results.find(({ column, verdict }) => column === 'x' && verdict === 'critical')!
    const evaluation = `replaceOne(evaluation, '"verdict":"critical"', '"verdict":"ok"')`
    const found = await reproduced(await doctored(id, { evaluation }))
    expect(found).toMatchObject({ agrees: false, window: agreeing, baseline: agreeing })
    expect(found.evaluation).toEqual({
      status: 'differs',
      differences: [{ what: 'verdict', stored: 'ok', recomputed: 'critical' }],
    })
  })

  test('tells which count, and which baseline, is another', async () => {
    const { id } = results.find(({ column }) => column === 'c')!
    const [{ stored }] = await rows<{ stored: number }>(
      fixture.service.store.read,
      `SELECT window_counts[2] AS stored FROM results WHERE id = '${id}'`,
    )
    const window_counts = 'arrayMap((n, i) -> n + (i = 2), window_counts, arrayEnumerate(window_counts))'
    const found = await reproduced(await doctored(id, { window_counts, baseline_hash: `'another'` }))
    expect(found.agrees).toBe(false)
    expect(found.window.differences).toEqual([{ what: 'counts[1]', stored: stored + 1, recomputed: stored }])
    expect(found.baseline.differences).toEqual([
      { what: 'hash', stored: 'another', recomputed: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
    expect(found.evaluation.status).toBe('differs')
  })

  test('says that rows came in after it, and still computes the verdict', async () => {
    const late = { id: 'late', ts: new Date(START + 5.5 * 86_400_000).toISOString(), features: { x: 0.5 } }
    await fixture.call('POST', '/models/shop/predictions', [{ ...late, prediction: 'no', score: 0.5 }])
    const { id } = results.find(
      ({ column, window_end }) => column === 'x' && window_end === '2026-01-07T00:00:00Z',
    )!
    const found = await reproduced(id)
    expect(found).toMatchObject({ agrees: false, evaluation: agreeing, baseline: agreeing })
    expect(found.window.differences[0].what).toMatch(/^counts\[\d+\]$/)
    const { code, stdout } = await command(['reproduce', id], environment())
    expect(code).toBe(3)
    expect(stdout).toMatch(/✓ verdict[^\n]*agrees\n✗ counts of the window[^\n]*differs\n {4}counts\[\d+\]: stored \d+, now \d+/) // prettier-ignore
  })

  test('from the command line', async () => {
    const { id } = results.findLast(({ column }) => column === 'score')!
    expect(await command(['reproduce', id], environment())).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The recomputed result agrees with the stored one.'),
    })
    const json = await command(['reproduce', id, '--json'], environment())
    expect(JSON.parse(json.stdout)).toMatchObject({ agrees: true, evaluation: agreeing })
    expect(await command(['reproduce', '0'.repeat(32)], environment())).toMatchObject({ code: 2 })
    expect(await command(['reproduce', 'x'], environment())).toMatchObject({ code: 2 })
  })

  describe('from a bundle, without a store', () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-bundle-'))
    afterAll(() => rmSync(directory, { recursive: true, force: true }))
    const nowhere = { DRIFTGAUGE_URL: 'http://127.0.0.1:1', DRIFTGAUGE_API_KEY: 'none' }
    const file = (name: string) => join(directory, name)

    test('an alert with the results of its members', async () => {
      const { store } = fixture.service
      const [event] = await findAlertEvents(store.control, [fixture.alerts[0]])
      const shown = results.find(({ column, verdict }) => column === 'x' && verdict === 'critical')!
      const alert = 'c'.repeat(32)
      const members = [{ ...event.members[0], resultId: shown.id }]
      await insertAlertEvents(store.control, [{ ...event, id: alert, notify: false, members }])
      const written = await command(['bundle', alert, '--output', file('alert.gz')], environment())
      expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining('Wrote the alert and its') })
      const { code, stdout } = await command(['reproduce', file('alert.gz')], nowhere)
      expect(code).toBe(0)
      expect(stdout).toMatch(/ results? of the alert ".*" on the model shop, bundled at /)
      expect(stdout).toMatch(/✓ feature x, window until .*: critical, agrees/)
      expect(stdout).toMatch(/[1-9]\d* agree, 0 differ, /)
      const again = await command(['bundle', alert, '--output', file('alert.gz')], environment())
      expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('the file exists') })
    })

    test('a result of each kind; of one that was changed, what differs', async () => {
      for (const { id, kind, column } of [...results, ...quality]) {
        await command(['bundle', id, '--output', file(`${id}.gz`)], environment())
        const { code, stdout } = await command(['reproduce', file(`${id}.gz`), '--json'], nowhere)
        const [found] = JSON.parse(stdout).results
        const isOfAllData = kind === 'data' && column === ''
        expect([code, found.evaluation.status]).toEqual([0, isOfAllData ? 'unavailable' : 'agrees'])
      }
      const { id } = results.find(({ verdict }) => verdict === 'critical')!
      const bundle = JSON.parse(gunzipSync(readFileSync(file(`${id}.gz`))).toString())
      bundle.results[0].evaluation.verdict = 'ok'
      writeFileSync(file('changed.json'), JSON.stringify(bundle))
      const changed = await command(['reproduce', file('changed.json')], nowhere)
      expect(changed).toMatchObject({
        code: 3,
        stdout: expect.stringContaining('verdict: stored "ok", now "critical"'),
      })
      bundle.results[0].window.profile.counts.pop()
      writeFileSync(file('damaged.json'), JSON.stringify(bundle))
      const damaged = await command(['reproduce', file('damaged.json')], nowhere)
      expect(damaged.stdout).toContain('cannot be checked: its arrays do not fit together')
    })

    test('a finding about the data of a column, of which a count was changed', async () => {
      const { id } = quality.find(({ column }) => column === 'x')!
      await command(['bundle', id, '--output', file('finding.gz')], environment())
      const bundle = JSON.parse(gunzipSync(readFileSync(file('finding.gz'))).toString())
      const { window } = bundle.results[0].inputs
      window.counts[0] += 1000
      writeFileSync(file('count.json'), JSON.stringify(bundle))
      const { code, stdout } = await command(['reproduce', file('count.json'), '--json'], nowhere)
      const [{ evaluation }] = JSON.parse(stdout).results
      expect([code, evaluation.status]).toEqual([3, 'differs'])
      expect(evaluation.differences.map(({ what }: { what: string }) => what)).toContain('findings.0.share')
    })

    test.each([
      ['what is no bundle', '{"a":1}', 'is not a bundle'],
      ['what is no JSON', 'x', 'is not a bundle'],
      ['one of a newer release', '{"format":2}', 'newer release'],
    ])('%s is refused', async (_, text, message) => {
      writeFileSync(file('other'), text)
      const { code, stderr } = await command(['reproduce', file('other')], nowhere)
      expect([code, stderr.includes(message)]).toEqual([2, true])
    })
  })

  test('needs no rows for the verdict: with the model gone it says what cannot be told', async () => {
    await fixture.call('DELETE', '/monitors/daily')
    expect((await fixture.call('DELETE', '/topics/flat')).status).toBe(204)
    expect((await fixture.call('DELETE', '/models/shop')).status).toBe(200)
    const found = await reproduced(results[0].id)
    expect(found).toMatchObject({
      agrees: true,
      evaluation: agreeing,
      window: { status: 'unavailable', reason: 'the model is no longer declared' },
    })
  })
})

const environment = () => ({ DRIFTGAUGE_URL: fixture.service.url, DRIFTGAUGE_API_KEY: key })

describe('sums', () => {
  const finite = fc.double({ noNaN: true, min: -1e6, max: 1e6 })

  test('agree in whatever order they were added, and not when a value is missing', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 200 }), (values) => {
        const profile = (of: readonly number[]) => ({
          counts: [0, of.length],
          sums: [0, of.reduce((sum, x) => sum + x, 0)],
          squares: of.reduce((sum, x) => sum + x * x, 0),
        })
        const counted = { ...profile(values), magnitudes: [0, values.reduce((sum, x) => sum + Math.abs(x), 0)] } // prettier-ignore
        expect(profileDifferences(profile([...values].reverse()), counted)).toEqual([])
        const fewer = profileDifferences(profile(values.slice(1)), counted)
        expect(fewer[0]).toEqual({ what: 'counts[1]', stored: values.length - 1, recomputed: values.length })
      }),
    )
  })

  test('differ by what is beyond the order of adding', () => {
    const counted = { counts: [0, 2], sums: [0, 0], squares: 2e12, magnitudes: [0, 2e6] }
    const stored = (sum: number) => ({ counts: [0, 2], sums: [0, sum], squares: 2e12 })
    expect(profileDifferences(stored(1e-6), counted)).toEqual([])
    expect(profileDifferences(stored(1e-5), counted)).toEqual([
      { what: 'sums[1]', stored: 1e-5, recomputed: 0 },
    ])
  })
})

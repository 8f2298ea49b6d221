import { beforeAll, describe, expect, test } from 'vitest'
import { insertResults, type Result } from '../../../store/results/results.ts'
import { windowDigests } from '../../../store/results/window-digests.ts'
import { DAY, START } from '../../support/api.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const profile = { counts: [0, 1], sums: [0], squares: 0 }
let ids = 0
const result = (
  kind: Result['kind'],
  column: string,
  day: number,
  changes: Partial<Result> = {},
): Result => ({
  ...{ id: String(++ids), model: 'm', monitor: 'daily', kind, column, segment: '', version: '' },
  ...{ windowStart: new Date(START + (day - 1) * DAY), windowEnd: new Date(START + day * DAY) },
  ...{ evaluatedAt: new Date(START + day * DAY + ids), verdict: 'ok', reason: '', explanation: '' },
  ...{ effect: 0.1, noiseFloor: 0, statistics: {}, evaluation: {}, rule: {}, codeVersion: '' },
  ...{ baseline: { version: 1, hash: '', profile }, window: { profile }, binning: '', monitorHash: '' },
  ...changes,
})

describe('windows in short', () => {
  let store: Awaited<ReturnType<typeof temporaryStore>>
  beforeAll(async () => {
    store = await temporaryStore()
    await insertResults(store, [
      result('feature', 'a', 1, { verdict: 'critical', effect: 0.9 }),
      // Evaluated again.
      result('feature', 'a', 1, { verdict: 'warning', effect: 0.4 }),
      result('feature', 'b', 1, { effect: undefined }),
      result('feature', 'a', 1, { segment: 'c=x', verdict: 'critical' }),
      result('feature', 'a', 1, { version: '2', verdict: 'critical' }),
      result('feature', 'a', 2),
      result('data', '', 1),
      result('feature', 'a', 3, { verdict: 'insufficient_data', effect: undefined }),
      result('performance', 'accuracy', 1, { statistics: { accuracy: 0.75, f1: 0.5 }, effect: 0.02 }),
      result('feature', 'a', 1, { model: 'other' }),
    ])
  })
  const query = { model: 'm', evaluatedAfter: undefined, endedAfter: new Date(START), limit: 100 }
  const end = (day: number) => new Date(START + day * DAY)
  /** By number of the result. */
  const evaluated = (day: number, id: number) => new Date(end(day).getTime() + id)
  const FIRST = {
    ...{ monitor: 'daily', kind: 'feature', end: end(1), evaluatedAt: evaluated(1, 3) },
    ...{ verdicts: { ok: 1, warning: 1 }, effect: 0.4, performance: null },
  }
  const SECOND = { ...FIRST, end: end(2), evaluatedAt: evaluated(2, 6), verdicts: { ok: 1 }, effect: 0.1 }
  const PERFORMANCE = {
    ...{ monitor: 'daily', kind: 'performance', end: end(1), evaluatedAt: evaluated(1, 9) },
    ...{ verdicts: { ok: 1 }, effect: 0.02, performance: { metric: 'accuracy', value: 0.75 } },
  }

  test('are of the whole model, as they were evaluated last', async () => {
    expect(await windowDigests(store, query)).toEqual([FIRST, PERFORMANCE, SECOND])
    expect(await windowDigests(store, { ...query, limit: 1 })).toEqual([FIRST])
    expect(await windowDigests(store, { ...query, endedAfter: end(1) })).toEqual([SECOND])
  })

  test('are those that were evaluated since, even if later ones were before them', async () => {
    const since = { ...query, endedAfter: undefined, evaluatedAfter: SECOND.evaluatedAt }
    expect(await windowDigests(store, since)).toEqual([])
    const evaluatedAt = evaluated(3, 0)
    await insertResults(store, [
      result('feature', 'a', 0, { evaluatedAt }),
      result('feature', 'b', 1, { evaluatedAt }),
    ])
    expect(await windowDigests(store, since)).toEqual([
      { ...SECOND, end: end(0), evaluatedAt },
      // With the column that was not evaluated again.
      { ...FIRST, evaluatedAt, verdicts: { ok: 1, warning: 1 } },
    ])
  })
})

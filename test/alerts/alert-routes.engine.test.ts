import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { channelsFor } from '../../alerts/routing/route.ts'
import { evaluateAlerts } from '../../alerts/state/evaluate-alerts.ts'
import { DEFAULT_POLICY } from '../../alerts/state/policy.ts'
import { endUnwatched } from '../../service/schedule/end-unwatched.ts'
import { currentAlerts } from '../../control/alerting/alert-events.ts'
import type { Severity } from '../../domain/severity.ts'
import { alertRoutes, alertRouteSchema, type AlertRoute } from '../../control/declared/alert-route.ts'
import { migrate } from '../../store/schema/migrations.ts'
import { temporaryStore } from '../support/stores/store.ts'

const route = (match: object, ...channels: string[]): AlertRoute =>
  alertRouteSchema.parse({ name: 'r', match, channels })

const firing = { model: 'fraud-eu', kind: 'feature', severity: 'warning' as Severity, status: 'firing' as const, channels: ['team'] } // prettier-ignore

describe('an alert is told to', () => {
  it.each<[string, AlertRoute[], Partial<typeof firing & { owner: string }>, string[]]>([
    ['its monitor where there are no routes', [], {}, ['team']],
    ['a route without a match as well', [route({}, 'all')], {}, ['team', 'all']],
    ['nobody twice', [route({}, 'team', 'all'), route({}, 'all')], {}, ['team', 'all']],
    ['a route of its model', [route({ models: ['other', 'fraud-*'] }, 'fraud')], {}, ['team', 'fraud']],
    ['no route of another model', [route({ models: ['fraud'] }, 'fraud')], {}, ['team']],
    ['a route of its kind', [route({ kinds: ['feature', 'label'] }, 'ml')], {}, ['team', 'ml']],
    ['no route of another kind', [route({ kinds: ['concept'] }, 'ml')], {}, ['team']],
    ['no route for what is graver', [route({ severity: 'critical' }, 'pager')], {}, ['team']],
    ['a route for what is as grave', [route({ severity: 'critical' }, 'pager')], { severity: 'critical' }, ['team', 'pager']],
    ['no route of which only a part fits', [route({ kinds: ['feature'], models: ['x'] }, 'ml')], {}, ['team']],
    ['routes alone where its monitor names nobody', [route({}, 'all')], { channels: [] }, ['all']],
    ['a route of its owner', [route({ owners: ['ds-*'] }, 'ds')], { owner: 'ds-team' }, ['team', 'ds']],
    ['no route of another owner', [route({ owners: ['de-team'] }, 'de')], { owner: 'ds-team' }, ['team']],
    ['no route of owners where it has none', [route({ owners: ['*'] }, 'any')], {}, ['team']],
    ['findings about the data', [route({ kinds: ['data'] }, 'infra')], { kind: 'data' }, ['team', 'infra']],
  ])('%s', (_, routes, changes, expected) => {
    expect(channelsFor({ ...firing, ...changes }, routes, ['earlier'])).toEqual(expected)
  }) // prettier-ignore

  it('whoever was told of the firing, when it is over, and to no route that came since', () => {
    const over = { ...firing, status: 'resolved' as const }
    expect(channelsFor(over, [route({}, 'new')], ['pager', 'team'])).toEqual(['team', 'pager'])
  })

  it('each channel once, those of its monitor first, whatever the routes are', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'team')
    const any = fc.record({
      models: fc.option(fc.array(fc.constantFrom('*', 'fraud?eu', 'x'), { minLength: 1 }), { nil: undefined }),
      severity: fc.constantFrom('warning', 'critical'),
    })
    const routes = fc.array(fc.tuple(any, fc.array(name, { minLength: 1 })).map(([match, to]) => route(match, ...to)))
    fc.assert(
      fc.property(routes, (all) => {
        const told = channelsFor(firing, all, [])
        expect(new Set(told).size).toBe(told.length)
        expect(told[0]).toBe('team')
        expect(channelsFor(firing, [...all, route({}, 'last')], [])).toEqual([...told, 'last'])
      }),
    )
  }) // prettier-ignore
})

describe('through the store', () => {
  let store: Awaited<ReturnType<typeof temporaryStore>>
  beforeAll(async () => {
    store = await temporaryStore()
    await migrate(store, new Date())
  })

  it('an on-call route is told of what is critical, and of its end though it had become mild', async () => {
    const pages = alertRouteSchema.parse({
      name: 'pages',
      match: { severity: 'critical' },
      channels: ['pager'],
    })
    await alertRoutes.put(store.control, 'pages', pages, new Date())
    const run = async (hour: number, verdicts: Record<string, 'ok' | Severity>) => {
      const windowEnd = new Date(Date.UTC(2026, 0, 5, hour))
      const evaluations = Object.entries(verdicts).map(([column, verdict]) => ({ kind: 'data', column, segment: '', version: '', windowEnd, verdict })) // prettier-ignore
      const alert = { ...DEFAULT_POLICY, channels: ['team'] }
      const outcome = await evaluateAlerts({
        store, mode: 'live', monitor: { name: 'daily', model: 'shop', alert }, windowEnd, evaluations, now: windowEnd,
      }) // prettier-ignore
      if (outcome.status === 'quiet') throw new Error('it was live')
      return outcome.events.filter(({ scope }) => scope === 'alert').map(({ reason, channels }) => [reason, channels])
    } // prettier-ignore
    expect(await run(1, { a: 'warning' })).toEqual([['first', ['team']]])
    expect(await run(2, { a: 'warning', b: 'critical' })).toEqual([['severity_raised', ['team', 'pager']]])
    expect(await run(3, { a: 'warning', b: 'ok', c: 'warning' })).toEqual([['new_members', ['team']]])
    expect(await run(4, { a: 'ok', b: 'ok', c: 'ok' })).toEqual([['all_resolved', ['team', 'pager']]])
    // The next time it begins is another story.
    expect(await run(5, { a: 'warning' })).toEqual([['first', ['team']]])
    expect(await run(6, { a: 'ok' })).toEqual([['all_resolved', ['team']]])
    // Nor does it matter how mild it was when its monitor went away.
    expect(await run(7, { a: 'critical' })).toEqual([['first', ['team', 'pager']]])
    expect(await run(8, { a: 'ok', b: 'warning' })).toEqual([['new_members', ['team']]])
    await endUnwatched(store, [], new Date(Date.UTC(2026, 0, 5, 9)))
    const [last] = await currentAlerts(store.control, { scope: 'alert', monitor: 'daily' })
    expect([last.reason, last.channels]).toEqual(['unwatched', ['team', 'pager']])
  })
})

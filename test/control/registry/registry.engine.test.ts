import { expect, test } from 'vitest'
import { askForPoll, listPolls, putPoll } from '../../../control/registry/polls.ts'
import { askForMove, listPromotions, settlePromotion } from '../../../control/registry/promotions.ts'
import { putReport, readReport } from '../../../control/registry/reports.ts'
import {
  currentVersion,
  forgetMlflow,
  putSeenVersion,
  seenVersions,
  versionsBetween,
} from '../../../control/registry/versions.ts'
import { rememberWebhook } from '../../../control/registry/webhooks.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const at = (ms: number) => new Date(1_800_000_000_000 + ms)
const link = { model: 'flights', alias: 'champion' }
const seen = (version: string, ms: number, alias = 'champion') => ({
  ...{ model: 'm', registered: 'flights', alias, version, runId: `run ${version}`, seenAt: at(ms) },
  ...{ baseline: undefined, note: '' },
})

describeOnBoth('what is known of models in MLflow', (open) => {
  test('is the versions of the alias that is followed, newest first', async () => {
    const control = await open()
    expect(await currentVersion(control, 'm', link)).toBeUndefined()
    for (const one of [seen('1', 0), seen('9', 5, 'other'), seen('2', 10)]) await putSeenVersion(control, one)
    await putSeenVersion(control, { ...seen('2', 10), baseline: 3, note: 'made later' })
    expect(await seenVersions(control, 'm', link, 10)).toEqual([
      { ...seen('2', 10), baseline: 3, note: 'made later' },
      seen('1', 0),
    ])
    await forgetMlflow(control, 'm')
    expect(await seenVersions(control, 'm', link, 10)).toEqual([])
  })

  test('is, of a period, also the version from before it, which still applied', async () => {
    const control = await open()
    for (const one of [seen('1', 0), seen('2', 10), seen('3', 20)]) await putSeenVersion(control, one)
    const between = async (from: number, to: number) =>
      (await versionsBetween(control, 'm', link, at(from), at(to))).map(({ version }) => version)
    expect(await between(-5, -1)).toEqual([])
    expect(await between(-5, 0)).toEqual(['1'])
    expect(await between(5, 9)).toEqual(['1'])
    expect(await between(5, 25)).toEqual(['3', '2', '1'])
    expect(await between(10, 19)).toEqual(['2'])
    expect(await between(21, 30)).toEqual(['3'])
  })

  test('keeps what was asked for while a look went on', async () => {
    const control = await open()
    const poll = { model: 'm', askedAt: new Date(0), lookedAt: at(0), checkedAt: at(1), problem: undefined }
    await putPoll(control, poll)
    expect((await listPolls(control)).get('m')).toEqual(poll)
    await askForPoll(control, 'm', at(2))
    const problem = { text: 'MLflow is away.', since: at(3) }
    await putPoll(control, { ...poll, problem })
    expect((await listPolls(control)).get('m')).toEqual({ ...poll, askedAt: at(2), problem })
    await askForPoll(control, 'new', at(2))
    expect((await listPolls(control)).get('new')).toMatchObject({ askedAt: at(2), lookedAt: undefined })
  })

  test('is each webhook once, for as long as it could be sent again', async () => {
    const control = await open()
    expect(await rememberWebhook(control, 'a', at(0), 100)).toBe(true)
    expect(await rememberWebhook(control, 'a', at(50), 100)).toBe(false)
    expect(await rememberWebhook(control, 'b', at(50), 100)).toBe(true)
    expect(await rememberWebhook(control, 'a', at(101), 100)).toBe(true)
  })

  test('is what was promoted, until the alias is moved', async () => {
    const control = await open()
    const promoted = (version: string, ms: number) => ({
      ...{ model: 'm', experiment: 'e', at: at(ms), by: 'ann', registered: 'flights', alias: 'champion' },
      version,
    })
    for (const one of [promoted('3', 5), promoted('2', 0)]) await askForMove(control, one)
    await askForMove(control, { ...promoted('4', 9), alias: 'other' })
    const pending = { state: 'pending', reason: '' }
    expect(await listPromotions(control, 'm', link)).toEqual([
      { ...promoted('3', 5), ...pending },
      { ...promoted('2', 0), ...pending },
    ])
    await settlePromotion(control, promoted('3', 5), { state: 'failed', reason: 'why' })
    expect(await listPromotions(control, 'm', link, { state: 'pending' })).toEqual([
      { ...promoted('2', 0), ...pending },
    ])
    expect(await listPromotions(control, 'm', link, { limit: 1 })).toMatchObject([
      { version: '3', state: 'failed', reason: 'why' },
    ])
    await forgetMlflow(control, 'm')
    expect(await listPromotions(control, 'm', link)).toEqual([])
  })

  test('is what was written to it', async () => {
    const control = await open()
    const nothing = { model: 'm', tags: undefined, progress: {}, runs: {} }
    expect(await readReport(control, 'm')).toEqual(nothing)
    const report = {
      model: 'm',
      tags: { version: '2', status: 'ok', alert: '', at: 5 },
      progress: { 'daily/feature': 1_800_000_000_000 },
      runs: { '2026-01': 'abc' },
    }
    await putReport(control, nothing)
    await putReport(control, report)
    expect(await readReport(control, 'm')).toEqual(report)
  })
})

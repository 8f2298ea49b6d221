import { beforeAll, beforeEach, expect, test } from 'vitest'
import { EXAMPLE_LENGTH } from '../../store/events/dead-letter-groups.ts'
import { insertDeadLetters, removeDeadLetters, type DeadLetter } from '../../store/events/dead-letters.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const iso = (hours: number) => new Date(START + hours * HOUR).toISOString()

let service: TestService
beforeAll(async () => {
  service = await testService()
})
beforeEach(() => service.store.rollup.command({ query: 'TRUNCATE TABLE dead_letters' }))

let offset = 0
function letter(model: string, reason: string, extra: Partial<DeadLetter> = {}): DeadLetter {
  return {
    source: 'http:predictions',
    partition: 0,
    offset: ++offset,
    recordedAt: START,
    headers: {},
    model,
    reason,
    detail: 'wrong',
    payload: '{}',
    ...extra,
  }
}
/** Rejected so many hours after the start. */
const reject = (hours: number, letters: readonly DeadLetter[]) =>
  insertDeadLetters(service.store, letters, new Date(START + hours * HOUR))
const groups = async (query = '') => (await service.call('GET', `/dead-letters/reasons${query}`)).body
const replay = (body: object) => service.call('POST', '/dead-letters/replay', body)

test('each model and reason has its count, its times and its newest letter', async () => {
  const long = `"${'é'.repeat(EXAMPLE_LENGTH)}`
  const newest = letter('shop', 'bad_ts', { detail: 'newest', payload: long })
  await reject(0, [letter('shop', 'bad_ts'), letter('', 'not_json')])
  await reject(3, [newest])
  await reject(1, [letter('shop', 'bad_ts')])
  expect(await groups()).toEqual({
    more: false,
    groups: [
      {
        model: 'shop',
        reason: 'bad_ts',
        letters: 3,
        first_received: iso(0),
        last_received: iso(3),
        example: {
          id: `http:predictions:0:${newest.offset}`,
          detail: 'newest',
          payload: long.slice(0, EXAMPLE_LENGTH),
          shortened: true,
        },
      },
      expect.objectContaining({ model: '', reason: 'not_json', letters: 1 }),
    ],
  })
})

test('a letter that is gone or was rejected again counts where it is now', async () => {
  const [gone, moved] = [letter('shop', 'bad_ts'), letter('shop', 'bad_ts')]
  await reject(0, [gone, moved])
  await removeDeadLetters(service.store, [{ ...gone, receivedAt: START }], new Date(START + HOUR))
  await reject(2, [{ ...moved, reason: 'bad_id' }])
  expect((await groups()).groups).toMatchObject([{ reason: 'bad_id', letters: 1, first_received: iso(2) }])
})

test('filters apply, the end of a period excluded, and a limit says that there is more', async () => {
  const hostile = `x' OR 1=1 --`
  await reject(0, [letter('shop', 'bad_ts'), letter('shop', 'bad_ts'), letter(hostile, 'no_model')])
  await reject(2, [letter('shop', 'bad_id')])
  const found = async (query: Record<string, string>) =>
    (await groups(`?${new URLSearchParams(query).toString()}`)).groups.map(
      ({ reason, letters }: Record<string, unknown>) => [reason, letters],
    )
  expect(await found({ model: hostile })).toEqual([['no_model', 1]])
  expect(await found({ model: 'shop', reason: 'bad_id' })).toEqual([['bad_id', 1]])
  expect(await found({ from: iso(1) })).toEqual([['bad_id', 1]])
  expect(await found({ from: iso(0), to: iso(2), model: 'shop' })).toEqual([['bad_ts', 2]])
  expect(await groups('?limit=1')).toMatchObject({ more: true, groups: [{ reason: 'bad_ts' }] })
})

test('the list and a replay take the same period', async () => {
  await reject(0, [letter('shop', 'bad_ts', { payload: '1' })])
  await reject(2, [letter('shop', 'bad_ts', { payload: '2' })])
  const listed = (await service.call('GET', `/dead-letters?to=${iso(1)}`)).body.dead_letters
  expect(listed.map(({ payload }: { payload: string }) => payload)).toEqual(['1'])
  const answer = await replay({ to: iso(1), reason: 'bad_ts' })
  expect([answer.status, answer.body]).toMatchObject([200, { replayed: 0, rejected: 1, remaining: 0 }])
  const left = (await service.call('GET', '/dead-letters?reason=bad_ts')).body.dead_letters
  expect(left.map(({ payload }: { payload: string }) => payload)).toEqual(['2'])
})

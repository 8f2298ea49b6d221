import { beforeAll, expect, test } from 'vitest'
import { insertDeadLetters } from '../../store/events/dead-letters.ts'
import { rows } from '../../store/engine/query.ts'
import { runCommand } from '../support/child.ts'
import { testService, type TestService } from '../support/service.ts'

const DAY = 24 * 3_600_000

const DEAD_LETTER = {
  source: 'topic',
  partition: 0,
  recordedAt: 0,
  headers: {},
  model: 'gone',
  reason: 'no_model',
  detail: '',
  payload: '{}',
}

let service: TestService
beforeAll(async () => {
  service = await testService({ models: [], monitors: [] }, { DRIFTGAUGE_RETENTION: 'dead_letters=7d' })
  const model = { name: 'm', task: 'regression', features: { x: 'numeric' }, retention: { events: '90d' } }
  expect((await service.call('POST', '/models', model)).status).toBe(201)
  for (const [offset, days] of [30, 20, 1].entries()) {
    const receivedAt = new Date(Date.now() - days * DAY)
    await insertDeadLetters(service.store, [{ ...DEAD_LETTER, offset }], receivedAt)
  }
}, 120_000)

const deadLetters = async () =>
  (await rows<{ n: number }>(service.store.read, 'SELECT count() AS n FROM dead_letters'))[0].n

/** `driftgauge retention` beside the service. */
const command = async (...options: string[]) => {
  const child = runCommand(
    { DRIFTGAUGE_DATA: service.directory, DRIFTGAUGE_URL: service.url },
    'retention',
    ...options,
  )
  const { code, stderr } = await child.ended
  expect([code, stderr]).toEqual([0, ''])
  return child.lines
}

test('a declaration says how long events of the model are kept', async () => {
  expect((await service.call('GET', '/models/m')).body.retention).toEqual({ events: '90d' })
  const short = await service.call('PATCH', '/models/m', { retention: { events: '3d' } })
  expect([short.status, short.body.errors]).toEqual([
    400,
    [{ path: 'retention.events', message: 'keep events for 62d or longer' }],
  ])
  const { body } = await service.call('GET', '/retention')
  const kept = body.models.filter(({ model }: { model: string }) => model === 'm')
  expect(kept.map(({ kind, keep }: { kind: string; keep: string }) => [kind, keep])).toEqual([
    ['events', '90d'],
    ['counts', '800d'],
    ['results', '800d'],
    ['dead_letters', '7d'],
  ])
})

test('the command shows what is older, and deletes it when it is told to', async () => {
  const shown = await command()
  expect(shown[0]).toMatch(/^model +kind +kept +deleted before +rows +oldest$/)
  expect(shown).toContainEqual(expect.stringMatching(/^gone +dead_letters +7d +\S+ +2 +\S+$/))
  expect(shown.at(-1)).toMatch(/^2 rows are older than they are kept\./)
  expect(Number(await deadLetters())).toBe(3)

  expect((await command('--apply')).at(-1)).toBe('Deleted 2 rows.')
  expect(Number(await deadLetters())).toBe(1)
  expect((await command()).at(-1)).toBe('Nothing is older than it is kept.')
  const { body } = await service.call('GET', '/audit')
  expect(body.entries[0]).toMatchObject({ action: 'applyRetention', subject: 'retention' })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSafeAgent } from '../../../alerts/http/safe-agent.ts'
import { createReporter } from '../../../cli/retrain-runner/reporter.ts'
import type { RunState } from '../../../cli/retrain-runner/record.ts'
import { openStateDirectory } from '../../../cli/retrain-runner/state-directory.ts'
import { transition, type RunEvent } from '../../../cli/retrain-runner/transition.ts'
import { Listener, status, type Answer } from '../../support/retraining.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { CALL_ID } from '../../support/samples/retrain-call.ts'

async function report(state: RunState, answers: Answer[], clock = () => new Date()) {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-reporter-'))
  const listener = new Listener()
  listener.answer(...answers)
  await listener.start()
  const store = openStateDirectory(directory, () => new Date())
  const training = { from: '2001-04-01T22:00:00Z', to: '2001-04-02T14:00:00Z' }
  const callback = { url: `${listener.url}/status`, token: 'dgr_1' }
  const receivedAt = '2001-04-02T14:10:00.000Z'
  store.add({ id: CALL_ID, model: 'flights', training, callback, receivedAt, state }, {})
  const told: string[] = []
  const apply = (id: string, event: RunEvent) => {
    const record = store.find(id)!
    store.save({ ...record, state: transition(record.state, event) ?? record.state })
  }
  const dispatcher = createSafeAgent({ allow: () => true })
  const tell = (_id: string, text: string) => void told.push(text)
  const reporter = createReporter({ state: store, dispatcher, clock, random: () => 0, tell, apply })
  atEnd(async () => {
    await reporter.stop(0)
    listener.stop()
    await dispatcher.destroy()
    rmSync(directory, { recursive: true, force: true })
  })
  reporter.wake(CALL_ID)
  return {
    reporter,
    told,
    heard: () => listener.heard.map(({ json }) => json),
    record: () => store.find(CALL_ID)!,
  }
}

const success = { status: 'succeeded', version: '7', baseline: { data: 3 } } as const

test('a report is tried again until it is taken', async () => {
  const { heard, record } = await report(success, [status(503), status(429), status(200)])
  await expect.poll(() => record().reported).toBe('succeeded')
  expect(heard()).toEqual([success, success, success])
})

test('a success whose baseline cannot be made is reported without it, and says so', async () => {
  const { heard, told, record } = await report(success, [
    (response) => response.writeHead(422).end(JSON.stringify({ detail: 'the model has no baseline 3' })),
    status(200),
  ])
  await expect.poll(() => record().reported).toBe('succeeded')
  const message = 'The baseline was refused: HTTP 422: the model has no baseline 3'
  expect(heard()[1]).toEqual({ status: 'succeeded', version: '7', message })
  expect(told.join()).toContain('the model has no baseline 3')
})

test('a refused report is not repeated', async () => {
  const { heard, record } = await report({ status: 'failed', message: 'No.' }, [status(401)])
  await expect.poll(() => record().reported).toBe('failed')
  expect(heard()).toHaveLength(1)
})

test('after 24 hours, a report is given up', async () => {
  let now = Date.parse('2001-04-02T14:10:00Z')
  const clock = () => new Date((now += 13 * 3_600_000))
  const { told, record } = await report({ status: 'queued' }, [status(503)], clock)
  await expect.poll(() => record().reported).toBe('accepted')
  expect(told.at(-1)).toContain('gave up reporting "accepted" after 24 hours')
})

test('a reminder of a training that nobody wants any longer cancels it', async () => {
  const running = { status: 'running', startedAt: '2001-04-02T14:10:00.000Z' } as const
  const { reporter, heard, record } = await report(running, [status(200), status(409)])
  await expect.poll(() => record().reported).toBe('running')
  reporter.remind()
  await expect.poll(() => record().state.status).toBe('cancelled')
  expect(heard()).toEqual([{ status: 'running' }, { status: 'running' }])
})

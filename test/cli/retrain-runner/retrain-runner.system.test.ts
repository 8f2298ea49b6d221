import { mkdtempSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runCommand, type Child } from '../../support/child.ts'
import { Listener, status } from '../../support/retraining.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { callRunner, retrainEvent, RUNNER_SECRET } from '../../support/samples/retrain-call.ts'
import { testService, type TestService } from '../../support/service.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-runner-'))
atEnd(() => rmSync(directory, { recursive: true, force: true }))

/** A training whose behaviour is the model's name. */
const SCRIPT = join(directory, 'train.mjs')
writeFileSync(
  SCRIPT,
  `import { spawn } from 'node:child_process'
   import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
   const { DRIFTGAUGE_MODEL: model, DRIFTGAUGE_RESULT_FILE: result, DRIFTGAUGE_RETRAIN_ID: id, STARTS } = process.env
   appendFileSync(STARTS, id + ' ' + process.pid + '\\n')
   const request = JSON.parse(readFileSync(process.env.DRIFTGAUGE_REQUEST_FILE, 'utf8'))
   console.log('from', process.env.DRIFTGAUGE_TRAINING_FROM, 'of', request.training.from)
   console.log('secrets', 'DRIFTGAUGE_RETRAIN_SECRET' in process.env, 'callback' in request)
   if (model === 'fails') { console.error('\\u001b[31mCUDA is out of memory.\\u001b[0m'); process.exit(3) }
   if (model === 'silent') process.exit(0)
   if (model === 'hangs') {
     const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
     writeFileSync(STARTS + '.part', String(pid))
   }
   if (model === 'hangs') await new Promise(() => setInterval(() => {}, 1000))
   while (model === 'succeeds' && !existsSync(STARTS + '.go')) await new Promise((resolve) => setTimeout(resolve, 50))
   if (model === 'slow') await new Promise((resolve) => setTimeout(resolve, 2500))
   writeFileSync(result, JSON.stringify({ version: '7' }))`,
)

interface Runner extends Child {
  url: string
  starts(): string[]
  state: string
}

let count = 0
async function startRunner(
  options: string[] = [],
  state = join(directory, `state-${count++}`),
): Promise<Runner> {
  const starts = `${state}.starts`
  const environment = { DRIFTGAUGE_RETRAIN_SECRET: RUNNER_SECRET, STARTS: starts }
  const line = ['retrain-runner', '--port', '0', '--state', state, ...options]
  const child = runCommand(environment, ...line, '--', process.execPath, SCRIPT)
  atEnd(() => child.process.kill('SIGKILL'))
  const url = (await child.line(/^ready: /)).replace('ready: ', '')
  return {
    ...child,
    url,
    state,
    starts: () => (existsSync(starts) ? readFileSync(starts, 'utf8').trim().split('\n') : []),
  }
}

const isRunning = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
const pidOf = (line: string) => Number(line.split(' ')[1])

/** A pipeline's callback, and what is reported to it. */
async function startCallback() {
  const listener = new Listener()
  listener.answer(status(200))
  await listener.start()
  atEnd(() => listener.stop())
  const reports = () => listener.heard.map(({ json }) => json)
  return {
    listener,
    reports,
    statuses: () => reports().map((report) => report.status),
    event: (model: string, data: Record<string, unknown> = {}) =>
      retrainEvent({ model, callback: { url: `${listener.url}/status`, token: 'dgr_1' }, ...data }),
  }
}

const idOf = (n: number) => n.toString(16).padStart(32, '0')

describe('with the service', () => {
  let service: TestService
  let runner: Runner
  beforeAll(async () => {
    runner = await startRunner()
    service = await testService(undefined, { DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1' })
    await service.call('POST', '/channels', {
      name: 'train',
      webhook: { url: runner.url, secret: RUNNER_SECRET },
    })
  })

  async function ask(model: string) {
    await service.call('POST', '/models', { name: model, task: 'binary', features: { x: 'numeric' } })
    await service.call('POST', '/monitors', { name: model, model, retrain: { target: 'train' } })
    const asked = await service.call('POST', '/retrains', { monitor: model })
    expect(asked.status, JSON.stringify(asked.body)).toBe(201)
    await service.worker.run(new Date())
    const stands = async () => (await service.call('GET', `/retrains/${asked.body.id}`)).body
    return { id: asked.body.id as string, stands }
  }

  test('a training that succeeds reports every step and the version', async () => {
    const { id, stands } = await ask('succeeds')
    await expect.poll(async () => (await stands()).status).toBe('running')
    writeFileSync(`${runner.state}.starts.go`, '')
    await expect.poll(async () => (await stands()).status).toBe('succeeded')
    const { version, events } = await stands()
    expect(version).toBe('7')
    const types = events.map(({ type }: { type: string }) => type)
    expect(types).toEqual(expect.arrayContaining(['accepted', 'running', 'succeeded']))
    const log = join(runner.state, id, 'log.txt')
    expect(readFileSync(log, 'utf8')).toMatch(/^from (\S+) of \1\nsecrets false false\n$/)
    expect(statSync(log).mode & 0o077).toBe(0)
  })

  test('a training that fails reports the end of its log', async () => {
    const { stands } = await ask('fails')
    await expect.poll(async () => (await stands()).status).toBe('failed')
    expect((await stands()).note).toMatch(/^The command ended with code 3\.\n(.*\n)*CUDA is out of memory\.$/)
  })

  test('a training without a version fails', async () => {
    const { stands } = await ask('silent')
    await expect.poll(async () => (await stands()).status).toBe('failed')
    expect((await stands()).note).toContain('wrote no version to $DRIFTGAUGE_RESULT_FILE')
  })

  test('"Send test" of the channel arrives', async () => {
    const { status, body } = await service.call('POST', '/channels/train/test')
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining('delivered')])
  })

  test('a training that was cancelled meanwhile is ended with the runner, which learns of it', async () => {
    const { id, stands } = await ask('hangs')
    await expect.poll(async () => (await stands()).status).toBe('running')
    const started = () => runner.starts().find((line) => line.startsWith(id))
    await expect.poll(started).toBeDefined()
    const pid = pidOf(started()!)
    await service.call('POST', `/retrains/${id}/cancel`)
    expect(isRunning(pid)).toBe(true)
    runner.process.kill('SIGTERM')
    const { code, stderr } = await runner.ended
    expect(code).toBe(0)
    expect(isRunning(pid)).toBe(false)
    expect(stderr).toContain('the service refused the report "failed": HTTP 409')
  })
})

test('a command that hangs is ended with its group', async () => {
  const runner = await startRunner(['--timeout', '5s'])
  const { reports, event } = await startCallback()
  await callRunner(runner.url, event('hangs'))
  await expect.poll(() => reports().at(-1)?.status).toBe('failed')
  expect(reports().at(-1).message).toContain('The command was stopped because it ran longer than 5s.')
  expect(isRunning(pidOf(runner.starts()[0]))).toBe(false)
  expect(isRunning(Number(readFileSync(`${runner.state}.starts.part`, 'utf8')))).toBe(false)
})

test('each id is trained once, one at a time, and known again', async () => {
  const runner = await startRunner()
  const { statuses, event, listener } = await startCallback()
  const first = event('slow', { id: idOf(1) })
  const second = event('quick', { id: idOf(2) })
  expect(await callRunner(runner.url, first)).toEqual({
    status: 202,
    body: { id: idOf(1), status: 'queued' },
  })
  expect((await callRunner(runner.url, second)).status).toBe(202)
  expect((await callRunner(runner.url, first)).status).toBe(200)
  const changed = event('slow', {
    id: idOf(1),
    training: { from: '2001-01-01T00:00:00Z', to: '2001-01-02T00:00:00Z' },
  })
  expect((await callRunner(runner.url, changed)).status).toBe(409)
  await expect.poll(() => statuses().filter((one) => one === 'succeeded').length).toBe(2)
  expect(runner.starts().map((line) => line.split(' ')[0])).toEqual([idOf(1), idOf(2)])
  // It is told again what came of it, with the token of the newest call.
  listener.forget()
  listener.answer(status(200))
  const again = event('slow', { id: idOf(1), callback: { url: `${listener.url}/status`, token: 'dgr_2' } })
  expect(await callRunner(runner.url, again)).toEqual({
    status: 200,
    body: { id: idOf(1), status: 'succeeded' },
  })
  await expect.poll(() => listener.heard.length).toBe(1)
  expect(listener.heard[0].headers.authorization).toBe('Bearer dgr_2')
  expect(runner.starts()).toHaveLength(2)
})

test('forged, old, strange and long calls are refused', async () => {
  const runner = await startRunner(['--callback-origin', 'http://127.0.0.1:9'])
  const { event } = await startCallback()
  const refused = async (sent: Parameters<typeof callRunner>[1], options = {}) =>
    (await callRunner(runner.url, sent, options)).status
  expect(await refused(event('quick'), { secret: 'another secret of thirty bytes' })).toBe(401)
  expect(await refused(event('quick'), { now: new Date(Date.now() - 400_000) })).toBe(401)
  expect((await fetch(runner.url, { method: 'POST', body: '{}' })).status).toBe(401)
  expect(await refused(event('quick'))).toBe(403)
  expect(await refused(event('quick', { id: '../../etc' }))).toBe(422)
  expect(await refused({ ...event('quick'), type: 'alert.firing' } as never)).toBe(422)
  const long = { method: 'POST', body: 'x'.repeat(1_000_001) }
  expect((await fetch(runner.url, long)).status).toBe(413)
  expect((await fetch(runner.url)).status).toBe(405)
  const health = await fetch(`${runner.url}/healthz`)
  expect(await health.json()).toEqual({ status: 'ok', running: 0, queued: 0 })
  expect(runner.starts()).toEqual([])
})

test('a runner that was killed finds its command again, and reports what came of it', async () => {
  const runner = await startRunner()
  const { statuses, reports, event } = await startCallback()
  await callRunner(runner.url, event('slow'))
  await expect.poll(() => runner.starts().length).toBe(1)
  await expect.poll(statuses).toContain('running')
  runner.process.kill('SIGKILL')
  await runner.ended
  const next = await startRunner([], runner.state)
  await expect.poll(statuses).toContain('succeeded')
  expect(reports().at(-1).version).toBe('7')
  expect(next.starts()).toHaveLength(1)
  expect(await callRunner(next.url, event('slow'))).toMatchObject({
    status: 200,
    body: { status: 'succeeded' },
  })
})

test('a command that was killed together with its runner has failed; what was queued is trained', async () => {
  const runner = await startRunner()
  const { reports, event } = await startCallback()
  await callRunner(runner.url, event('hangs', { id: idOf(1) }))
  await callRunner(runner.url, event('quick', { id: idOf(2) }))
  await expect.poll(() => runner.starts().length).toBe(1)
  runner.process.kill('SIGKILL')
  process.kill(-pidOf(runner.starts()[0]), 'SIGKILL')
  await runner.ended
  const next = await startRunner([], runner.state)
  await expect.poll(() => reports().at(-1)?.version).toBe('7')
  await expect
    .poll(() => reports().find((one) => one.status === 'failed')?.message)
    .toContain('after the runner was killed')
  expect(next.starts()).toHaveLength(2)
})

test('a runner that is stopped ends its command and reports it; an unreachable service is told later', async () => {
  const runner = await startRunner()
  const { listener, statuses, event } = await startCallback()
  await callRunner(runner.url, event('hangs'))
  await expect.poll(statuses).toContain('running')
  await expect.poll(() => runner.starts().length).toBe(1)
  listener.answer(status(503))
  runner.process.kill('SIGTERM')
  const { code, stderr } = await runner.ended
  expect([code, stderr]).toEqual([0, expect.stringContaining('could not report "failed": HTTP 503')])
  expect(isRunning(pidOf(runner.starts()[0]))).toBe(false)
  listener.forget()
  listener.answer(status(200))
  await startRunner([], runner.state)
  await expect.poll(statuses).toEqual(['failed'])
  expect(listener.heard[0].json.message).toContain('stopped together with the runner')
})

test('the service says that nobody wants it: the command is ended', async () => {
  const runner = await startRunner()
  const { listener, event } = await startCallback()
  listener.answer(status(409))
  await callRunner(runner.url, event('hangs'))
  await expect.poll(async () => (await callRunner(runner.url, event('hangs'))).body.status).toBe('cancelled')
  for (const line of runner.starts())
    await expect.poll(() => isRunning(pidOf(line)), { timeout: 12_000 }).toBe(false)
})

test('two runners do not share a directory; without a secret none starts', async () => {
  const runner = await startRunner()
  const environment = { DRIFTGAUGE_RETRAIN_SECRET: RUNNER_SECRET }
  const second = await runCommand(
    environment,
    'retrain-runner',
    '--port',
    '0',
    '--state',
    runner.state,
    '--',
    'true',
  ).ended
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('already runs on this directory')])
  const bare = await runCommand({}, 'retrain-runner', '--', 'true').ended
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('DRIFTGAUGE_RETRAIN_SECRET')])
})

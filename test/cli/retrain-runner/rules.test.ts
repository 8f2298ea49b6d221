import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { retrainRoutes } from '../../../api/contract/alerting/retrains.ts'
import { signatureHeaders } from '../../../alerts/channels/webhook/signature.ts'
import { readCall } from '../../../cli/retrain-runner/call.ts'
import { conclude, type Ending, type Registered } from '../../../cli/retrain-runner/conclude.ts'
import { commandLine, type Job } from '../../../cli/retrain-runner/job.ts'
import { withTail } from '../../../cli/retrain-runner/log-tail.ts'
import { receive } from '../../../cli/retrain-runner/receive.ts'
import { recordSchema, type RunnerRecord, type RunState } from '../../../cli/retrain-runner/record.ts'
import { versionOf } from '../../../cli/retrain-runner/registry.ts'
import { owedReport } from '../../../cli/retrain-runner/report.ts'
import { readResult, type Result } from '../../../cli/retrain-runner/result.ts'
import { recovery, transition, type RunEvent } from '../../../cli/retrain-runner/transition.ts'
import { verifyCall } from '../../../cli/retrain-runner/verify.ts'
import { CALL_ID, retrainEvent, RUNNER_SECRET } from '../../support/samples/retrain-call.ts'

const NOW = new Date('2001-04-02T14:10:00Z')
const process = { pid: 4242, identity: 'boot 1' }
const STATES = {
  queued: { status: 'queued' },
  starting: { status: 'running', startedAt: NOW.toISOString() },
  running: { status: 'running', startedAt: NOW.toISOString(), process },
  succeeded: { status: 'succeeded', version: '7', baseline: { data: 3 } },
  failed: { status: 'failed', message: 'No.' },
  cancelled: { status: 'cancelled', reason: 'HTTP 409' },
} as const satisfies Record<string, RunState>
const EVENTS = {
  begun: { type: 'begun', at: NOW },
  spawned: { type: 'spawned', process },
  success: { type: 'ended', outcome: STATES.succeeded },
  failure: { type: 'ended', outcome: STATES.failed },
  cancelled: { type: 'cancelled', reason: 'HTTP 409' },
  baseline_refused: { type: 'baseline_refused', reason: 'no predictions' },
} as const satisfies Record<string, RunEvent>

describe('the states of a request', () => {
  const withoutBaseline = { status: 'succeeded', version: '7', message: 'no predictions' } as const
  const TABLE: Record<keyof typeof STATES, Partial<Record<keyof typeof EVENTS, RunState>>> = {
    queued: { begun: STATES.starting, cancelled: STATES.cancelled },
    starting: { spawned: STATES.running, success: STATES.succeeded, failure: STATES.failed, cancelled: STATES.cancelled },
    running: { spawned: STATES.running, success: STATES.succeeded, failure: STATES.failed, cancelled: STATES.cancelled },
    succeeded: { baseline_refused: withoutBaseline },
    failed: {},
    cancelled: {},
  } // prettier-ignore
  const pairs = Object.keys(STATES).flatMap((state) => Object.keys(EVENTS).map((event) => [state, event]))
  test.each(pairs)('%s, %s', (state, event) => {
    const [from, what] = [state as keyof typeof STATES, event as keyof typeof EVENTS]
    expect(transition(STATES[from], EVENTS[what])).toEqual(TABLE[from][what])
  })

  test.each([
    ['queued', true, 'wait'],
    ['starting', true, 'fail'],
    ['running', true, 'adopt'],
    ['running', false, 'conclude'],
    ['succeeded', true, 'nothing'],
    ['failed', true, 'nothing'],
    ['cancelled', true, 'nothing'],
  ] as const)('after a restart, %s (alive: %s): %s', (state, alive, kind) => {
    expect(recovery(STATES[state], () => alive).kind).toBe(kind)
  })

  test('what is owed is the newest status, in a body that the service takes', () => {
    const owed = Object.values(STATES).map((state) => owedReport({ state, reported: undefined }))
    expect(owed.map((report) => report?.status)).toEqual(['accepted', 'running', 'running', 'succeeded', 'failed', undefined]) // prettier-ignore
    for (const report of owed.filter((one) => one !== undefined))
      expect(retrainRoutes.reportRetrain.body.safeParse(report).error).toBeUndefined()
    expect(owedReport({ state: STATES.running, reported: 'running' })).toBeUndefined()
    expect(owedReport({ state: STATES.running, reported: 'accepted' })).toEqual({ status: 'running' })
  })
})

describe('what came of a command', () => {
  const well: Ending = { how: 'exited', code: 0 }
  const result: Result = { found: 'result', version: '7' }
  const unasked: Registered = { found: 'unasked' }
  const none: Result = { found: 'none' }
  test.each<[Ending, Result, Registered, string]>([
    [well, result, unasked, 'version 7'],
    [well, none, { found: 'version', version: '8' }, 'version 8'],
    [well, none, unasked, 'The command ended with code 0, but it wrote no version to $DRIFTGAUGE_RESULT_FILE.'],
    [well, none, { found: 'none', reason: 'MLflow has no new version of "a"' }, 'The command ended with code 0, but it wrote no version to $DRIFTGAUGE_RESULT_FILE, and MLflow has no new version of "a".'],
    [well, { found: 'faulty', reason: 'no' }, unasked, 'The command ended with code 0, but its result file cannot be used: no.'],
    [{ how: 'exited', code: 3 }, result, unasked, 'The command ended with code 3.'],
    [{ how: 'signalled', signal: 'SIGKILL' }, result, unasked, 'The command was ended by SIGKILL.'],
    [{ how: 'not_started', error: 'spawn nope ENOENT' }, none, unasked, 'The command could not be started: spawn nope ENOENT.'],
    [{ how: 'timed_out', after: '6h' }, result, unasked, 'The command was stopped because it ran longer than 6h.'],
    [{ how: 'stopped' }, result, unasked, 'The command was stopped together with the runner.'],
    [{ how: 'lost' }, result, unasked, 'The runner was killed while it started the command; whether the command ran is not known.'],
    [{ how: 'unknown' }, result, unasked, 'version 7'],
    [{ how: 'unknown' }, none, unasked, 'The command has ended after the runner was killed, but it wrote no version to $DRIFTGAUGE_RESULT_FILE.'],
  ])('%j, %j, %j', (ending, found, registered, expected) => {
    const outcome = conclude(ending, found, registered, '')
    expect(outcome.status === 'succeeded' ? `version ${outcome.version}` : outcome.message).toBe(expected)
  }) // prettier-ignore

  test.each([
    [undefined, { found: 'none' }],
    [' ', { found: 'none' }],
    ['{"version": "2"}', { found: 'result', version: '2' }],
    ['{"version": 2}', { found: 'result', version: '2' }],
    ['{"version": "2", "baseline": {"data": 3}}', { found: 'result', version: '2', baseline: { data: 3 } }],
    ['{"version": "2", "baseline": {"window": {"from": "2001-04-01T00:00:00Z", "to": "2001-04-02T00:00:00Z"}}}',
      { found: 'result', version: '2', baseline: { window: { from: '2001-04-01T00:00:00Z', to: '2001-04-02T00:00:00Z' } } }],
  ])('result file %j', (text, expected) => expect(readResult(text)).toEqual(expected)) // prettier-ignore

  test.each(['2', '{"version":""}', '{"version":"2"', '{"versoin":"2"}', '{"version":"2","baseline":{"dta":3}}', '{"version":2.5}', `{"version":"${'x'.repeat(101)}"}`])(
    'result file %j cannot be used',
    (text) => expect(readResult(text)).toMatchObject({ found: 'faulty', reason: expect.stringMatching(/./) }),
  ) // prettier-ignore

  test('a report fits and is printable, whatever the log holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3000 }),
        fc.string({ maxLength: 2500 }),
        (log, head) => {
          const message = withTail(head, log.repeat(3))
          expect(message.length).toBeLessThanOrEqual(2000)
          expect(message.slice(head.length)).not.toMatch(/[^\n\P{Cc}]/u)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('colours and progress bars do not stand in a report', () => {
    const log = 'epoch 1\r\nepoch 2\n 10%\r 50%\r100%\n\u001b[31mOut of memory\u001b[0m\tGPU 0\n\n'
    expect(withTail('Failed.', log)).toBe('Failed.\nepoch 1\nepoch 2\n100%\nOut of memory  GPU 0')
  })

  test('the end of a long log is kept', () => {
    const message = withTail('Failed.', `${'x'.repeat(5000)}end`)
    expect(message).toHaveLength(2000)
    expect(message).toMatch(/^Failed\.\nx+end$/)
  })
})

describe('calls', () => {
  const body = JSON.stringify(retrainEvent())
  const headers = signatureHeaders(CALL_ID, NOW, body, ['a secret of more than 24 bytes', RUNNER_SECRET])
  const verify = (changes: object, text = body, now = NOW) =>
    verifyCall({ ...headers, ...changes }, Buffer.from(text), RUNNER_SECRET, now)

  test('a signed call is genuine, also among the signatures of several secrets', () => {
    expect(verify({})).toEqual({ genuine: true, id: CALL_ID })
    expect(verify({}, body, new Date(NOW.getTime() + 299_000)).genuine).toBe(true)
  })

  test.each<[string, object, string?, Date?]>([
    ['another body', {}, `${body} `],
    ['another id', { 'webhook-id': 'ab'.repeat(16) }],
    ['another time', { 'webhook-timestamp': String(NOW.getTime() / 1000 + 1) }],
    ['no signature', { 'webhook-signature': undefined }],
    ['an empty signature', { 'webhook-signature': 'v1,' }],
    ['an old call', {}, body, new Date(NOW.getTime() + 301_000)],
    ['a call from the future', {}, body, new Date(NOW.getTime() - 301_000)],
  ])('%s is not', (_name, changes, text, now) => expect(verify(changes, text, now).genuine).toBe(false))

  test('the command sees everything but the callback', () => {
    const read = readCall(JSON.stringify(retrainEvent({ later: 1 })), CALL_ID)
    expect(read.kind).toBe('retrain')
    if (read.kind !== 'retrain') return
    expect(read.call.request).toMatchObject({ later: 1, training: { exclude: [] } })
    expect(JSON.stringify(read.call.request)).not.toContain('dgr_token')
  })

  test.each<[string, string]>([
    ['not JSON', '{'],
    ['an alert', JSON.stringify({ type: 'alert.firing', data: {} })],
    ['an id that is a path', JSON.stringify(retrainEvent({ id: '../../../etc/cron.d/x' }))],
    ['another id than that of the header', JSON.stringify(retrainEvent({ id: 'ab'.repeat(16) }))],
    ['a file to report to', JSON.stringify(retrainEvent({ callback: { url: 'file:///etc/passwd', token: 'x' } }))],
    ['a token with a line break', JSON.stringify(retrainEvent({ callback: { url: 'http://a/', token: 'x\r\ny: z' } }))],
    ['a period that is none', JSON.stringify(retrainEvent({ training: { from: 'yesterday', to: 'today' } }))],
  ])('%s is not usable', (_name, text) => expect(readCall(text, CALL_ID).kind).toBe('unusable')) // prettier-ignore

  const call = (data = {}) => {
    const read = readCall(JSON.stringify(retrainEvent(data)), CALL_ID)
    if (read.kind !== 'retrain') throw new Error(JSON.stringify(read))
    return read.call
  }
  const known = (state: RunState): RunnerRecord => {
    const first = receive(call(), undefined, undefined, NOW)
    if (first.kind !== 'new') throw new Error(first.kind)
    return recordSchema.parse({ ...first.record, state, reported: 'failed' })
  }

  test('a known request is not trained again; once it has ended, its outcome is owed again', () => {
    const again = call({ callback: { url: 'http://127.0.0.1:2/', token: 'dgr_2' } })
    const ended = receive(again, known(STATES.failed), undefined, NOW)
    expect(ended).toMatchObject({ kind: 'known', record: { state: STATES.failed, callback: { token: 'dgr_2' }, reported: undefined } }) // prettier-ignore
    expect(receive(again, known(STATES.running), undefined, NOW)).toMatchObject({
      record: { reported: 'failed' },
    })
  })

  test('the same id for something else is a contradiction; other origins are forbidden', () => {
    expect(receive(call({ model: 'trains' }), known(STATES.queued), undefined, NOW).kind).toBe(
      'contradiction',
    )
    const origins = ['https://drift.example.com']
    expect(receive(call(), undefined, origins, NOW)).toEqual({
      kind: 'forbidden',
      origin: 'http://127.0.0.1:1',
    })
    const theirs = { callback: { url: 'https://drift.example.com/base/status', token: 'x' } }
    expect(receive(call(theirs), undefined, origins, NOW).kind).toBe('new')
  })
})

describe('command lines', () => {
  const about = { id: CALL_ID, model: 'a "b" $(c)', training: { from: 'F', to: 'T' } }
  const files = { request: '/s/request.json', result: '/s/result.json' }
  const inherited = { PATH: '/bin', DRIFTGAUGE_RETRAIN_SECRET: 's', DRIFTGAUGE_RETRAIN_SECRET_FILE: 'f' }
  const line = (job: Job) => commandLine(job, about, files, inherited)

  test('a command is run as it was given, with the request in its environment', () => {
    expect(line({ kind: 'command', file: 'train', args: ['--x', '$DRIFTGAUGE_MODEL'] })).toEqual({
      file: 'train',
      args: ['--x', '$DRIFTGAUGE_MODEL'],
      environment: {
        PATH: '/bin',
        DRIFTGAUGE_RETRAIN_ID: CALL_ID,
        DRIFTGAUGE_MODEL: 'a "b" $(c)',
        DRIFTGAUGE_TRAINING_FROM: 'F',
        DRIFTGAUGE_TRAINING_TO: 'T',
        DRIFTGAUGE_REQUEST_FILE: '/s/request.json',
        DRIFTGAUGE_RESULT_FILE: '/s/result.json',
      },
    })
  })

  test('a project is run by mlflow', () => {
    const job: Job = {
      kind: 'project',
      uri: './p',
      params: ['data=x y'],
      entryPoint: 'fit',
      envManager: 'local',
    }
    const { file, args } = line(job)
    expect([file, ...args].join(' ')).toBe(
      `mlflow run ./p --entry-point fit --env-manager local -P training_from=F -P training_to=T -P retrain_id=${CALL_ID} -P data=x y`,
    )
    expect(args.at(-1)).toBe('data=x y')
  })
})

test.each([
  ['its tag, however old', [['1', 5, CALL_ID], ['2', 20, undefined]], false, '1'],
  ['the newest since the start', [['1', 5, undefined], ['3', 30, undefined], ['2', 20, undefined]], false, '3'],
  ['not one from before', [['1', 5, undefined]], false, undefined],
  ['not one of another request', [['1', 20, 'ab'.repeat(16)]], false, undefined],
  ['only its tag, after an interruption', [['2', 20, undefined]], true, undefined],
] as [string, [string, number, string | undefined][], boolean, string | undefined][])(
  'the version of a training: %s',
  (_name, versions, onlyTagged, expected) => {
    const listed = versions.map(([version, at, tag]) => ({
      version,
      creation_timestamp: at,
      tags: tag === undefined ? [] : [{ key: 'driftgauge.retrain_id', value: tag }],
    }))
    expect(versionOf(listed, CALL_ID, new Date(10), onlyTagged)).toBe(expected)
  },
) // prettier-ignore

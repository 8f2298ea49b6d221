import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc, { type Arbitrary } from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { openApiDocument } from '../../api/openapi.ts'
import { ROUTES } from '../../api/contract/routes.ts'
import { parseDeadLetterId } from '../../store/events/dead-letter-id.ts'
import { insertDeadLetters } from '../../store/events/dead-letters.ts'
import { createHash, randomUUID } from 'node:crypto'
import { toRetrainRequest } from '../../alerts/retraining/manual-request.ts'
import { insertDeliveries } from '../../control/alerting/deliveries.ts'
import { experimentDefinition, experiments } from '../../control/declared/experiment.ts'
import { writeStanding } from '../../control/experiments/experiment-state.ts'
import { monitors } from '../../control/declared/monitor.ts'
import { insertRetrain, insertRetrainEvent, type RetrainEventType } from '../../control/alerting/retrains.ts'
import { putAnnotation } from '../../control/incidents/annotations.ts'
import { readEpisodes } from '../../control/incidents/episodes.ts'
import { addIncidentAlerts } from '../../control/incidents/incident-alerts.ts'
import { listIncidents, putIncident, removeIncidents } from '../../control/incidents/incidents.ts'
import { putSilence } from '../../control/alerting/silences.ts'
import { byDay } from '../support/runner/by-day.ts'
import { apiFixture, DAY, FULL_KEY, SECRET, START, type ApiFixture } from '../support/api.ts'
import { arbitraryOf, type Schema } from '../support/samples/json-schema-arbitrary.ts'
import { fakeMlflow, flightsOnly } from '../support/mlflow/fake-mlflow.ts'
import type { Answer } from '../support/ask.ts'
import { signatureOf } from '../../registry/webhook/verify.ts'

const RUNS = 20
/** So many requests are enough of an operation that was seen to succeed. */
const ENOUGH = byDay(3, RUNS)
/** How many requests of these are sent at most; where no reason is given, because one works long. */
const RUNS_OF: Record<string, number> = {
  backfillMonitor: byDay(2, RUNS),
  deleteModel: byDay(2, RUNS),
  // Few of them fit: there are many types of bodies, and parameters that go with some of them only.
  storePredictions: 100,
  storeLabels: 100,
  storeReferenceFeatures: 100,
}
const SEED = 20_260_101

interface Request {
  path: Record<string, unknown>
  query: Record<string, unknown>
  header: Record<string, unknown>
  type?: string | undefined
  body?: unknown
}

const document: Schema = openApiDocument(ROUTES, 'test')
const components = document.components.schemas as Schema
const operations = Object.entries(document.paths as Record<string, Record<string, Schema>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)

/** Operations that were seen to do what they are for. */
const succeeded = new Set<string>()
let fixture: ApiFixture
let results: string[] = []
beforeAll(async () => {
  const uri = await fakeMlflow(flightsOnly)
  fixture = await apiFixture(10, { MLFLOW_TRACKING_URI: uri, MLFLOW_WEBHOOK_SECRET: SECRET })
  const { body } = await fixture.call(
    'GET',
    '/models/shop/results?from=2026-01-01&to=2026-02-01&kind=feature&segment=&version=&limit=5',
  )
  results = body.results.map(({ id }: { id: string }) => id)
  await declareRetraining()
  await fixture.call('POST', '/sources', SOURCE)
})

/** What is there to be deleted, made anew before each request; gives its name. */
const SCRATCH: Record<string, () => Promise<unknown>> = {
  deleteModel: () => fixture.call('POST', '/models', { name: 'scratch', task: 'binary', features: {} }),
  deleteMonitor: () => fixture.call('POST', '/monitors', { name: 'scratch', model: 'shop' }),
  deleteChannel: () =>
    fixture.call('POST', '/channels', {
      name: 'scratch',
      webhook: { url: 'https://example.com', secret: SECRET },
    }),
  deleteRoute: () => fixture.call('POST', '/routes', { name: 'scratch', channels: ['hook'] }),
  deleteExperiment: () => fixture.call('POST', '/experiments', { ...EXPERIMENT, name: 'scratch' }),
  promoteChallenger: openExperiment,
  keepChampion: openExperiment,
  deleteTopic: () => fixture.call('POST', '/topics', { name: 'scratch', records: 'labels' }),
  deleteSource: () => fixture.call('POST', '/sources', { ...SOURCE, name: 'scratch' }),
  deleteView: async () =>
    (await fixture.call('POST', '/views', { name: randomUUID(), path: '/alerts' })).body.id,
  deleteKey: makeKey,
  rotateKey: makeKey,
  deactivateBaseline: () => fixture.call('POST', '/models/shop/baselines/1/activate', { for_version: '2' }),
  getDeadLetter: addLetter,
  groupDeadLetters: addLetter,
  replayDeadLetter: addLetter,
  replayDeadLetters: addLetter,
  getSilence: addSilence,
  patchSilence: addSilence,
  expireSilence: addSilence,
  replayDelivery: giveUp,
  patchAnnotation: addAnnotation,
  deleteAnnotation: addAnnotation,
  createIncident: () => fixture.service.store.control.deleteFrom('incident_alerts').execute(),
  getIncident: addIncident,
  patchIncident: addIncident,
  deleteIncident: addIncident,
  addIncidentAlerts: addIncident,
  removeIncidentAlert: addIncident,
  requestRetrain: retrainAfter(),
  getRetrain: retrainAfter('requested', 'sending', 'sent'),
  approveRetrain: retrainAfter('awaiting_approval'),
  rejectRetrain: retrainAfter('awaiting_approval'),
  cancelRetrain: retrainAfter('requested'),
  replayRetrain: retrainAfter('requested', 'sending', 'undeliverable'),
  reportRetrain: retrainAfter('requested', 'sending', 'sent'),
}

async function makeKey(): Promise<unknown> {
  return (await fixture.call('POST', '/keys', { name: 'scratch', scopes: ['read'] })).body.id
}

const SOURCE = { name: 'nightly', model: 'shop', folder: { path: '/nowhere/scores' } }
const EXPERIMENT = { name: 'v2', model: 'shop', champion: '1', challenger: '2', metric: 'accuracy' }

/** Brings the one experiment to where a person can decide. */
async function openExperiment(): Promise<void> {
  const { store } = fixture.service
  await fixture.call('POST', '/experiments', EXPERIMENT)
  const experiment = (await experiments.find(store.control, 'v2'))!
  await writeStanding(store.control, 'v2', {
    definition: experimentDefinition(experiment),
    startedAt: new Date(START),
    state: 'challenger_better',
    reason: 'The challenger is better.',
    point: null,
    planRows: 10,
    matureUntil: null,
    problem: null,
    lookedAt: new Date(START).toISOString(),
    decidedAt: new Date(START).toISOString(),
    closed: null,
  })
}

const RETRAIN = 'a'.repeat(32)

/** Brings the one request for retraining to where it can be acted on; its token is the fixture's key. */
function retrainAfter(...types: RetrainEventType[]) {
  return async () => {
    const { store } = fixture.service
    await store.control.deleteFrom('retrain_events').execute()
    const tokenHash = createHash('sha256').update(FULL_KEY).digest('hex')
    for (const [i, type] of types.entries()) {
      const event = {
        id: `${i}`,
        seq: i + 1,
        at: new Date(START),
        type,
        by: 'a test',
        comment: '',
        tokenHash,
      }
      await insertRetrainEvent(store.control, RETRAIN, event)
    }
  }
}

async function declareRetraining(): Promise<void> {
  const { store } = fixture.service
  await fixture.call('PATCH', '/monitors/daily', { retrain: { target: 'hook', on: ['feature'] } })
  const monitor = (await monitors.find(store.control, 'daily'))!
  const now = new Date(START)
  const made = toRetrainRequest({ monitor, policy: monitor.retrain!, reason: { windowEnd: now }, now })
  await insertRetrain(store.control, { ...made, id: RETRAIN })
  await retrainAfter('requested', 'sending', 'sent')()
}

/** A dead letter that is taken when it is replayed. */
const LETTER = 'http:predictions:0:1'
function addLetter(): Promise<void> {
  const payload = JSON.stringify({ id: 'replayed', ts: START })
  const place = parseDeadLetterId(LETTER)!
  return insertDeadLetters(
    fixture.service.store,
    [{ ...place, recordedAt: START, headers: {}, model: 'shop', reason: 'bad_ts', detail: '', payload }],
    new Date(),
  )
}

/** A silence that has not ended, and a message that was given up, each newer than what came of it before. */
const SILENCE = '0123456789ab'
let made = 0
function addSilence(): Promise<boolean> {
  const now = new Date()
  const end = new Date(now.getTime() + DAY)
  return putSilence(fixture.service.store.control, {
    id: SILENCE,
    matchers: [{ field: 'model', op: '=', value: 'none' }],
    start: now,
    end,
    author: 'Ann',
    comment: '',
    createdAt: now,
    changedAt: now,
    changedBy: 'Ann',
    revision: 10 * ++made,
  })
}
const ANNOTATION = 'abcdef012345'
async function addAnnotation(): Promise<string> {
  const now = new Date()
  await putAnnotation(fixture.service.store.control, {
    id: ANNOTATION,
    externalId: null,
    model: 'shop',
    kind: 'note',
    text: 'A sale.',
    from: now,
    to: null,
    link: null,
    createdBy: 'Ann',
    createdAt: now,
    revision: 10 * ++made,
  })
  return ANNOTATION
}
/** Both alerts in one incident, which so has one to spare. */
const INCIDENT = 'fedcba543210'
async function addIncident(): Promise<string> {
  const { control } = fixture.service.store
  await removeIncidents(control, (await listIncidents(control)).map(({ id }) => id)) // prettier-ignore
  const episodes = [...(await readEpisodes(control, fixture.alerts)).values()]
  const now = new Date()
  await putIncident(control, {
    id: INCIDENT,
    title: 'A sale',
    status: 'open',
    assignee: null,
    startedAt: now,
    closedAt: null,
    closedBy: null,
    verdict: null,
    notes: '',
    createdBy: 'Ann',
    createdAt: now,
    changedAt: now,
    changedBy: 'Ann',
    revision: 10 * ++made,
  })
  await addIncidentAlerts(control, INCIDENT, episodes)
  return INCIDENT
}
function giveUp(): Promise<void> {
  const delivery = { eventId: fixture.alerts[2], channel: 'hook', attempt: 10 * ++made, at: new Date() }
  return insertDeliveries(fixture.service.store.control, [{ ...delivery, status: 'given_up' }])
}

/** Bodies that fit what is stored, which made-up ones hardly ever do. */
const FITTING: Record<string, unknown> = {
  previewSilence: { matchers: [{ field: 'model', value: 'shop' }] },
  createSilence: {
    matchers: [{ field: 'model', value: 'none' }],
    end: new Date(Date.now() + DAY).toISOString(),
    author: 'Ann',
  },
  createAnnotation: { kind: 'deployment', text: 'v2', model: 'shop', link: 'https://example.com/7' },
  patchAnnotation: { text: 'changed', to: null },
  patchIncident: { status: 'closed', verdict: 'data_fault', assignee: 'Ann' },
  createIncident: { title: 'A sale', alerts: ['1'.repeat(32), '2'.repeat(32)] },
  addIncidentAlerts: { alerts: ['1'.repeat(32)] },
  patchSilence: { author: 'Bob', comment: 'changed' },
  rotateKey: { grace_hours: 1 },
  requestRetrain: { monitor: 'daily' },
  erase: { ids: ['nobody'], dry_run: true },
  importMlflow: { name: 'flights', task: 'binary', dry_run: true },
  receiveMlflowWebhook: { entity: 'model_version_alias', action: 'created', data: { name: 'flights' } },
  approveRetrain: { comment: 'Go.' },
  rejectRetrain: {},
  cancelRetrain: {},
  replayRetrain: {},
  reportRetrain: { status: 'failed', message: 'out of memory' },
  patchModel: { features: { added: 'numeric' } },
  declareModel: {
    name: 'fitting',
    task: 'binary',
    features: { a: { kind: 'numeric', min: 0 }, b: 'categorical' },
  },
  backtestDeclaration: {
    monitor: { name: 'tried', model: 'shop', window: '24h' },
    from: new Date(Date.now() - 3 * DAY).toISOString(),
    to: new Date().toISOString(),
  },
  patchMonitor: { cadence: 'daily', baseline: { rolling: '7d', version: '1' }, alert: { repeat: '2d' } },
  patchRoute: { match: { models: ['shop*'], severity: 'critical' }, channels: ['hook'] },
  declareChannel: { name: 'another', email: { to: ['ml@example.com'] } },
  activateBaseline: { for_version: '2' },
  deactivateBaseline: { for_version: '2' },
  saveView: { name: 'Firing', path: '/alerts?status=firing' },
  declareRoute: { name: 'pages', match: { kinds: ['concept'] }, channels: ['hook'] },
  patchTopic: { fields: { version: '/meta/v', features: { x: 'x', c: null } } },
  declareExperiment: EXPERIMENT,
  patchExperiment: { margin: 0.1, duration: '14d' },
  declareSource: SOURCE,
  checkSource: SOURCE,
  patchSource: { every: '2h', columns: { ts: 'at' } },
  runSource: {},
  promoteChallenger: { comment: 'Go.' },
  keepChampion: {},
  declareTopic: {
    name: 'another',
    records: 'predictions',
    kserve: {
      shop: {
        model: 'shop',
        output: { y: 'class_index', p: 'scores' },
        classes: ['no', 'yes'],
        positive: 'yes',
      },
    },
  },
  storePredictions: [{ id: 'fits', ts: '2026-01-05T12:00:00Z', score: 0.5, features: { x: 1 } }],
  storeLabels: [{ id: 'fits', label: 'yes' }],
  storeReferenceFeatures: [{ id: 'fits', features: { x: 1 } }],
  checkDeclarations: { monitors: [{ name: 'another', model: 'shop', checks: ['performance'] }] },
  declareMonitor: {
    name: 'another',
    model: 'shop',
    baseline: { data: 'first days' },
    alert: { channels: ['hook'] },
  },
}

const isOfFile = (operationId: string) => operationId === 'suggestModel' || operationId === 'makeBaseline'

/** Names that exist, so that requests get past the 404. What is deleted is not the fixture's. */
function existing(name: string, operationId: string): string[] {
  // Made anew before each request, so it may be deleted.
  if (name === 'annotation') return [ANNOTATION]
  if (name === 'incident') return [INCIDENT]
  if (operationId.startsWith('delete') && !name.startsWith('If-')) return [`scratch`]
  if (isOfFile(operationId) && ['label', 'prediction', 'score'].includes(name)) return ['']
  const known: Record<string, string[]> = {
    model: ['shop'],
    monitor: ['daily'],
    channel: ['hook'],
    route: ['critical'],
    topic: ['flat'],
    experiment: ['v2'],
    source: ['nightly'],
    column: ['x', 'c', 'score', 'label'],
    version: ['1'],
    alert: fixture.alerts,
    result: results,
    letter: [LETTER],
    key: ['scratch'],
    silence: [SILENCE],
    delivery: [`${fixture.alerts[2]}:hook:1`],
    retrain: [RETRAIN],
    'If-Match': ['*', '"0"'],
    'If-None-Match': ['*', '"0"'],
  }
  return known[name] ?? []
}

/** Where nothing is given, one request is like the next. */
function runsOf({ operationId, parameters, requestBody }: Schema): number {
  const given = ((parameters ?? []) as Schema[]).length > 0 || requestBody !== undefined
  return given ? (RUNS_OF[operationId as string] ?? RUNS) : 1
}

function requests(operation: Schema): Arbitrary<Request> {
  const parameters = (operation.parameters ?? []) as Schema[]
  const part = (where: string) => {
    const fields = parameters.filter((parameter) => parameter.in === where)
    const arbitraries = fields.map(({ name, schema }) => {
      const any = arbitraryOf(schema as Schema, components)
      const known = existing(name as string, operation.operationId as string)
      return [
        name,
        known.length === 0 ? any : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, any),
      ]
    })
    const requiredKeys = fields.filter(({ required }) => required).map(({ name }) => name as string)
    return fc.record(Object.fromEntries(arbitraries) as Record<string, Arbitrary<unknown>>, { requiredKeys })
  }
  const conditional = parameters.some((parameter) => parameter.in === 'header')
  return fc
    .record({ path: part('path'), query: part('query') })
    .chain((named) => body(operation).map((sent) => ({ ...named, ...sent, header: {} })))
    .chain((request) =>
      conditional ? part('header').map((header) => ({ ...request, header })) : fc.constant(request),
    )
}

function body({ requestBody, operationId }: Schema): Arbitrary<Pick<Request, 'type' | 'body'>> {
  if (!requestBody) return fc.constant({})
  const types = Object.entries(requestBody.content as Record<string, Schema>).map(([type, { schema = {} }]) =>
    arbitraryOf(schema as Schema, components).map((value) => ({ type, body: value })),
  )
  const fitting = FITTING[operationId as string]
  const others: Arbitrary<Pick<Request, 'type' | 'body'>>[] =
    fitting === undefined ? [] : [fc.constant({ type: 'application/json', body: fitting })]
  if (isOfFile(operationId as string))
    others.push(fc.constant({ type: 'text/csv', body: 'x,c,label\n1,a,yes\n2,b,no\n' }))
  return fc.oneof(...types, ...others, ...(requestBody.required ? [] : [fc.constant({})]))
}

/** Requests with something wrong: each must be refused, and not by accident. */
function invalid(operation: Schema): Arbitrary<Request> {
  const wrongQuery = fc.constantFrom<Record<string, unknown>>(
    { nothing: '1' },
    { limit: '-1' },
    { cursor: '€' },
  )
  const wrongBody = fc.oneof(
    fc.constantFrom(
      { type: 'application/json', body: [1] },
      { type: 'application/json', body: { nothing: 1 } },
      { type: 'application/json', body: null },
      { type: 'application/xml', body: '<x/>' },
    ),
    fc
      .jsonValue()
      .filter((value) => JSON.stringify(value) !== '{}')
      .map((value) => ({ type: 'application/json', body: [value] })),
  )
  return requests(operation).chain((request) => {
    const hasQuery = ((operation.parameters ?? []) as Schema[]).some((parameter) => parameter.in === 'query')
    const ways = [
      ...(hasQuery ? [wrongQuery.map((query) => ({ ...request, query }))] : []),
      ...(operation.requestBody ? [wrongBody.map((sent) => ({ ...request, ...sent }))] : []),
    ]
    return ways.length === 0 ? fc.constant(request) : fc.oneof(...ways)
  })
}

async function send(
  method: string,
  path: string,
  { path: params, query, header, type, body: sent }: Request,
): Promise<Answer> {
  const filled = path
    .replace('/api/v1', '')
    .replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  const raw = sent === undefined || (type !== 'application/json' && typeof sent === 'string')
  const payload = raw
    ? sent
    : type === 'application/vnd.apache.parquet'
      ? JSON.stringify(sent)
      : JSON.stringify(sent)
  const signed = path.endsWith('/mlflow/webhook') ? signatureOn(payload) : {}
  return fixture.call(method.toUpperCase(), search === '' ? filled : `${filled}?${search}`, payload, { ...signed, ...(header as Record<string, string>), ...(type !== undefined && { 'content-type': type }) }) // prettier-ignore
}

/** What MLflow would send with a body; no signature is of none. */
function signatureOn(payload: string | undefined): Record<string, string> {
  const [id, timestamp] = [`${++made}`, String(Math.floor(Date.now() / 1000))]
  const signature = signatureOf({ id, timestamp }, Buffer.from(payload ?? ''), SECRET)
  return { 'x-mlflow-delivery-id': id, 'x-mlflow-timestamp': timestamp, 'x-mlflow-signature': signature }
}

/** Dots alone are taken out of a URL before it is sent, and an empty one is another path. */
const sendable = ({ path }: Request) => Object.values(path).every((value) => !/^\.{0,2}$/.test(String(value)))

const validators = new Map<string, ValidateFunction>()

/** Compiled once, which takes longer than many requests. */
function validatorOf(answer: string, schema: object): ValidateFunction {
  // The references in it are to the components.
  const known = validators.get(answer) ?? ajv.compile({ ...schema, components: document.components })
  validators.set(answer, known)
  return known
}

function expectDocumented(operation: Schema, answer: Answer): void {
  const { status, headers, body: got } = answer
  if (status < 300) succeeded.add(operation.operationId as string)
  const response = operation.responses[status] as Schema | undefined
  const told = `${operation.operationId} ${status} ${JSON.stringify(got)?.slice(0, 500)}`
  expect(status, told).toBeLessThan(500)
  expect(response, told).toBeDefined()
  for (const name of Object.keys((response?.headers ?? {}) as Schema))
    expect(headers.has(name), told).toBe(true)
  const contents = Object.entries((response?.content ?? {}) as Record<string, Schema>)
  if (contents.length === 0) {
    expect(got).toBe('')
    return
  }
  const given = headers.get('content-type') ?? ''
  const content = contents.find(([type]) => given.includes(type))
  expect(content, `${told} ${given}`).toBeDefined()
  const [, { schema }] = content!
  const validate = validatorOf(`${operation.operationId} ${status}`, schema as object)
  expect(validate(got), `${told} ${JSON.stringify(validate.errors)}`).toBe(true)
}

describe.each(operations)('$method $path', ({ path, method, operation }) => {
  const check = (arbitrary: Arbitrary<Request>, verify: (answer: Answer, request: Request) => void) => {
    const isKnown = succeeded.has(operation.operationId as string)
    let sent = 0
    return fc.assert(
      fc.asyncProperty(arbitrary.filter(sendable), async (request) => {
        if (++sent > ENOUGH && succeeded.has(operation.operationId as string)) return
        const made = await SCRATCH[operation.operationId as string]?.()
        for (const id of ['key', 'view']) if (request.path[id] === 'scratch') request.path[id] = made
        verify(await send(method, path, request), request)
      }),
      { numRuns: Math.min(runsOf(operation), isKnown ? ENOUGH : Infinity), seed: SEED, endOnFailure: true },
    )
  }

  test('answers what it is asked for as it is documented', async () => {
    await check(requests(operation), (answer) => expectDocumented(operation, answer))
  })

  test('refuses what is wrong as it is documented', async () => {
    await check(invalid(operation), (answer, request) => {
      expectDocumented(operation, answer)
      const wrong = request.body !== undefined || Object.keys(request.query).length > 0
      const records = operation.tags[0] === 'Intake'
      if (wrong && !records) expect(answer.status, JSON.stringify(request)).toBeGreaterThanOrEqual(400)
    })
  })

  test('names every fault of a request with its place', async () => {
    if (!(operation.parameters as Schema[] | undefined)?.some((parameter) => parameter.name === 'limit'))
      return
    const filled = path
      .replace('{model}', 'shop')
      .replace('{source}', 'nightly')
      .replace('{version}', '1')
      .replace('/api/v1', '')
    const answer = await fixture.call('GET', `${filled}?limit=none&x=1`)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map(({ path: place }: { path: string }) => place)).toEqual(['limit', 'x'])
  })
})

test('every operation was also seen to succeed', () => {
  const all = operations.map(({ operation }) => operation.operationId as string)
  expect(all.filter((id) => !succeeded.has(id))).toEqual([])
})

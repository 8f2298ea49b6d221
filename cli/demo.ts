import { say } from './shared/print.ts'
import { thousands } from './shared/text.ts'
import { DAY_MS } from '../domain/time.ts'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import type { performanceSchema } from '../api/contract/performance.ts'
import { readConfig, type Environment } from '../config.ts'
import type { Baseline } from '../control/declared/baselines.ts'
import { baselineColumns } from '../store/profiles/baselines.ts'
import { channels } from '../control/declared/channel.ts'
import { openFile } from '../ingest/files/open-file.ts'
import { modelSchema } from '../control/declared/model.ts'
import { monitors } from '../control/declared/monitor.ts'
import { demoConfig } from './demo/config.ts'
import { createDemoDatabase } from './demo/database.ts'
import { DEMO_MODEL, eventsByDay, labelEvent, predictionEvent } from './demo/events.ts'
import { flightsPath, readFlights, type Flight } from './demo/flights.ts'
import { request } from './demo/http.ts'
import { INCIDENTS } from './demo/incident.ts'
import { fit, type LatenessModel } from './demo/model.ts'
import { startReceiver, type Receiver } from './demo/receiver.ts'
import { DEMO_CHANNEL, DEMO_CONCEPT_MONITOR, DEMO_MONITOR, replay } from './demo/replay.ts'
import { startOnFreePort } from './demo/start.ts'
import type { LossChange } from './demo/concept-story.ts'
import { tellStory } from './demo/story.ts'
import { progressBar } from './shared/progress.ts'
import { stopSignal } from './serve.ts'
import type { Service } from '../service/service.ts'

const TRAINING = { from: Date.UTC(2001, 0, 1), to: Date.UTC(2001, 1, 1) }
const REPLAYED = { from: Date.UTC(2001, 1, 1), to: Date.UTC(2001, 6, 1) }
/** One flight in eight: about 375 thousand of the 3 million. */
const EVERY = 8

export interface DemoOptions {
  /** End after the story in place of going on serving. */
  exit: boolean
}

/** Replays half a year of real flights through a service of its own and tells what it found. Returns the exit code. */
export async function demo(options: DemoOptions, environment: Environment): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'driftgauge-demo-'))
  const receiver = await startReceiver()
  const { store } = readConfig({ ...environment, HOST: '127.0.0.1', DRIFTGAUGE_DATA: directory })
  const database = 'url' in store ? await createDemoDatabase(store.url) : undefined
  const config = demoConfig(environment, {
    directory,
    clickhouse: database?.url,
    receiver: new URL(receiver.url).host,
  })
  const service = await startOnFreePort(config)
  try {
    await tell(service, receiver, directory)
    say(`ready: ${service.url}`)
    if (!options.exit) {
      process.stderr.write('Serving the dashboard until Ctrl-C.\n')
      await stopSignal()
    }
    return 0
  } finally {
    await service.stop()
    await receiver.close()
    await database?.drop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function tell(service: Service, receiver: Receiver, directory: string): Promise<void> {
  const started = performance.now()
  const file = await openFile(service.store, flightsPath(), directory)
  const training = await readFlights(service.store.rollup, { ...TRAINING, every: EVERY }, file)
  const flights = await readFlights(service.store.rollup, { ...REPLAYED, every: EVERY }, file)
  await file.close()
  const model = fit(training)
  say(`Flights in the United States, January to June 2001: one in ${EVERY} of 3 million real departures.`)
  say(
    `A simple model of "more than 15 minutes late", fitted on January: ` +
      `${thousands(training.length)} flights, ${(100 * model.base).toFixed(1)} % late.`,
  )
  const baseline = await prepare(service, receiver, training, model)
  say(
    `Baseline ${baseline.version} holds January's predictions and outcomes. February to June are replayed through`,
  )
  say(
    'the HTTP intake, with labels a day later. Two windows of 24 hours are evaluated each day, and one window',
  )
  say('of 14 days for concept drift.')

  const bar = progressBar()
  const days = (REPLAYED.to - REPLAYED.from) / DAY_MS
  const { predictions, labels, results } = await replay({
    service,
    days: eventsByDay(flights, model),
    onDay: (date) => bar.update(Math.min(days, (Date.parse(date) - REPLAYED.from) / DAY_MS + 1), days, date),
  })
  bar.stop()
  const seconds = (performance.now() - started) / 1000
  say(
    `${thousands(predictions)} predictions, ${thousands(labels)} labels, ` +
      `${thousands(results.length)} column windows evaluated in ${seconds.toFixed(0)} s.`,
  )
  const { messages } = receiver
  const columns = await baselineColumns(service.store, (await service.models.find(DEMO_MODEL))!, baseline)
  const story = tellStory({
    results,
    columns,
    changes: await lossChanges(service),
    messages,
    from: REPLAYED.from,
    incidents: INCIDENTS,
  })
  for (const line of ['', ...story, '']) say(line)
  if (messages.length > 0) say(`first alert: ${messages[0].data.link}`)
}

/** Where the model became worse or better, as its page marks it. */
async function lossChanges({ url }: Service): Promise<LossChange[]> {
  const [from, to] = [REPLAYED.from, REPLAYED.to].map((time) => new Date(time).toISOString())
  const response = await fetch(`${url}/api/v1/models/${DEMO_MODEL}/performance?from=${from}&to=${to}&step=1d`)
  const { changes } = (await response.json()) as Pick<z.input<typeof performanceSchema>, 'changes'>
  return changes
    .filter(({ detector }) => detector === 'page_hinkley')
    .map(({ time, direction }) => ({ time: Date.parse(time), direction }))
}

/** Declares model, monitor and channel, and uploads January as the baseline. */
async function prepare(
  service: Service,
  receiver: Receiver,
  training: readonly Flight[],
  model: LatenessModel,
): Promise<Baseline> {
  const declaration = modelSchema.parse({
    name: DEMO_MODEL,
    task: 'binary',
    positive: 'late',
    features: { hour: 'numeric', distance: 'numeric', origin: 'categorical', destination: 'categorical' },
  })
  await service.models.declare(declaration, new Date())
  for (const monitor of [DEMO_MONITOR, DEMO_CONCEPT_MONITOR])
    await monitors.put(service.store.control, monitor.name, monitor, new Date())
  const webhook = { url: receiver.url, secret: `whsec_${randomBytes(32).toString('base64')}` }
  await channels.put(service.store.control, DEMO_CHANNEL, { name: DEMO_CHANNEL, webhook }, new Date())
  const rows = training.map((flight) => {
    const { features, prediction, score } = predictionEvent(flight, model)
    return { ...features, prediction, score, label: labelEvent(flight).label }
  })
  return (await request(
    `${service.url}/api/v1/models/${DEMO_MODEL}/baselines?name=january`,
    rows,
  )) as Baseline
}

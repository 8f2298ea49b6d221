import type { z } from 'zod'
import type { performanceSchema } from '../../api/contract/performance.ts'
import { DAY_MS } from '../../domain/time.ts'
import { openFile } from '../../ingest/files/open-file.ts'
import type { Service } from '../../service/service.ts'
import { baselineColumns } from '../../store/profiles/baselines.ts'
import { say } from '../shared/print.ts'
import { progressBar } from '../shared/progress.ts'
import { thousands } from '../shared/text.ts'
import type { LossChange } from './concept-story.ts'
import { declareDemo, uploadBaseline } from './declare.ts'
import { DEMO_MODEL, eventsByDay } from './events.ts'
import { flightsPath, LATE_MINUTES, readFlights } from './flights.ts'
import { INCIDENTS } from './incident.ts'
import { fit } from './model.ts'
import type { Receiver } from './receiver.ts'
import { replay } from './replay.ts'
import { tellStory } from './story.ts'

const TRAINING = { from: Date.UTC(2001, 0, 1), to: Date.UTC(2001, 1, 1) }
const REPLAYED = { from: Date.UTC(2001, 1, 1), to: Date.UTC(2001, 6, 1) }
/** One flight in eight: about 375 thousand of the 3 million. */
const EVERY = 8

/** What comes before the replay, in days of it that take as long. */
const READING = 4
const BASELINE = 8
const STEPS = READING + BASELINE + (REPLAYED.to - REPLAYED.from) / DAY_MS

export interface Telling {
  service: Service
  receiver: Receiver
  directory: string
  /** Ends it between two steps, with what it was aborted by. */
  signal: AbortSignal
}

/** Replays half a year of flights through the service, and prints what it finds. */
export async function tell({ service, receiver, directory, signal }: Telling): Promise<void> {
  const started = performance.now()
  await declareDemo(service, receiver.url)
  say(`Dashboard: ${service.url} (open it now: it fills while the flights are replayed)`)
  say(`Flights in the United States, January to June 2001: one in ${EVERY} of 3 million real departures.`)
  const preparing = progressBar()
  preparing.update(0, STEPS, 'reading the flights')
  const file = await openFile(service.store, flightsPath(), directory)
  const training = await readFlights(service.store.rollup, { ...TRAINING, every: EVERY }, file)
  const flights = await readFlights(service.store.rollup, { ...REPLAYED, every: EVERY }, file)
  await file.close()
  signal.throwIfAborted()
  const model = fit(training)
  preparing.update(READING, STEPS, "making a baseline of January's flights")
  const baseline = await uploadBaseline(service.url, training, model)
  preparing.stop()
  signal.throwIfAborted()
  say(
    `A simple model of "more than ${LATE_MINUTES} minutes late", fitted on January: ` +
      `${thousands(training.length)} flights, ${(100 * model.base).toFixed(1)}% late.`,
  )
  say(
    `Baseline ${baseline.version} holds January's predictions and outcomes. February to June are replayed through`,
  )
  say(
    'the HTTP intake, with labels a day later. Two windows of 24 hours are evaluated each day, and one window',
  )
  say('of 14 days for concept drift.')

  const replaying = progressBar()
  const done = (date: string) => READING + BASELINE + (Date.parse(date) - REPLAYED.from) / DAY_MS + 1
  const { predictions, labels, results } = await replay({
    service,
    days: eventsByDay(flights, model),
    signal,
    onDay: (date) => replaying.update(Math.min(STEPS, done(date)), STEPS, date),
  }).finally(() => replaying.stop())
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

import { setImmediate as breathe, setTimeout as delay } from 'node:timers/promises'
import { labelLine, predictionLine } from './events.ts'
import { MODEL } from './monitors.ts'
import { refusedIn, refusedLines } from './retention.ts'
import type { Scenario } from './scenario.ts'
import type { SoakService } from './service.ts'
import { historicalLabelsOf, labelsOf, predictionsOf } from './traffic.ts'

const BATCH = 5_000
/** Lines between two breaks, so that reads that are timed by this process wait for little. */
const AT_ONCE = 200
const RETRY_MS = 200

/** Sends all of a step, and resolves when all of it is acknowledged; sent again, it changes nothing. */
export async function sendStep(service: SoakService, scenario: Scenario, step: number): Promise<void> {
  await sendLines(service, `/models/${MODEL}/predictions`, predictionLines(scenario, step), refusedIn(step))
  if (step >= 0) await sendLines(service, `/models/${MODEL}/labels`, labelLines(scenario, step))
}

/** Sends what is stored before the start, the labels as if they had come a day later. */
export async function sendHistory(
  service: SoakService,
  scenario: Scenario,
  steps: readonly number[],
): Promise<void> {
  const predictions = steps.flatMap((step) => [...predictionLines(scenario, step)])
  await sendLines(service, `/models/${MODEL}/predictions`, predictions)
  const labels = steps.flatMap((step) => [...historicalLabelsOf(scenario, step)])
  await sendLines(
    service,
    `/models/${MODEL}/labels?label_delay=24h`,
    labels.map((label) => labelLine(scenario, label.event, label)),
  )
}

function* predictionLines(scenario: Scenario, step: number): Iterable<string> {
  yield* refusedLines(step)
  for (const { event, as } of predictionsOf(scenario, step))
    yield predictionLine(scenario, event, as === 'corrected')
}

function* labelLines(scenario: Scenario, step: number): Iterable<string> {
  for (const label of labelsOf(scenario, step)) yield labelLine(scenario, label.event, label)
}

async function sendLines(
  service: SoakService,
  path: string,
  lines: Iterable<string>,
  refused = 0,
): Promise<void> {
  let batch: string[] = []
  let left = refused
  // One batch is stored while the next one is made.
  let sending = Promise.resolve()
  const flush = async () => {
    await sending
    sending = sendBatch(service, path, batch, left)
    // Whoever waits for it next hears of a failure.
    sending.catch(() => {})
    batch = []
    left = 0
  }
  for (const line of lines) {
    batch.push(line)
    if (batch.length % AT_ONCE === 0) await breathe()
    if (batch.length === BATCH) await flush()
  }
  if (batch.length > 0) await flush()
  await sending
}

async function sendBatch(
  service: SoakService,
  path: string,
  lines: readonly string[],
  refused: number,
): Promise<void> {
  for (;;) {
    const { status, accepted, rejected } = await service.send(path, lines.join('\n'))
    if (status === 429 || status === 503) {
      await delay(RETRY_MS)
      continue
    }
    if (accepted !== lines.length - refused || rejected !== refused)
      throw new Error(
        `${path} answered ${status}: ${accepted} accepted and ${rejected} rejected of ${lines.length}, of which ${refused} are too old`,
      )
    return
  }
}

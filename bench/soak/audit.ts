import { HOUR_MS, MINUTE_MS, DAY_MS } from '../../domain/time.ts'
import { different, differences, type Difference } from './differences.ts'
import { STATE } from './events.ts'
import type { HourCounts, Ledger } from './ledger.ts'
import { HOURLY, LABELS, MODEL, type Watching } from './monitors.ts'
import { deadLettersAfter, deletedBefore } from './retention.ts'
import { START, type Scenario } from './scenario.ts'
import type { SoakService } from './service.ts'

const GRACE_MS = 10 * MINUTE_MS
/** Windows that are computed again from the stored predictions. */
const REPRODUCED = 10

export interface Audit {
  /** How many counts were compared. */
  compared: number
  differences: Difference[]
  /** Alerts that have fired, open or not. */
  alerts: number
}

interface AuditOptions {
  service: SoakService
  scenario: Scenario
  ledger: Ledger
  /** The last step that was sent, and the time of the service's clock. */
  step: number
  now: number
}

/** Compares what the service has counted with what the producer knows: after retention, and with nothing left to count. */
export async function audit({ service, scenario, ledger, step, now }: AuditOptions): Promise<Audit> {
  const cutoff = deletedBefore(now)
  const found: Audit = { compared: 0, differences: [], alerts: await countAlerts(service, now) }
  const add = (compared: number, some: readonly Difference[]) => {
    found.compared += compared
    found.differences.push(...some)
  }
  const expected = (what: keyof HourCounts, from: number) =>
    new Map([...ledger.hours].flatMap(([hour, counts]) => (hour >= from ? [[hour, counts[what]]] : [])))
  const compare = (what: string, of: keyof HourCounts, from: number, counts: ReadonlyMap<number, number>) => {
    const known = expected(of, from)
    add(known.size, differences(what, known, counts))
  }

  const volume = await readVolume(service, scenario.history.from, now)
  compare('stored predictions', 'predictions', cutoff, volume.predictions)
  compare('stored labels', 'labels', cutoff, volume.labels)
  add(1, different('labels without a prediction', ledger.early.length, volume.pending))
  add(1, different('dead letters', deadLettersAfter(step), volume.deadLetters))

  const profiles = await readProfiles(service, now)
  compare('counted predictions', 'predictions', START, profiles.predictions)
  compare('counted predictions with their first values', 'uncorrected', START, profiles.uncorrected)
  compare('labels joined', 'labels', START, profiles.labels)
  compare('labels joined that say yes', 'yes', START, profiles.yes)

  for (const { monitor, column, kind, firstEnd, delay } of [HOURLY, LABELS]) {
    const ends = await readWindowEnds(service, { monitor, column, kind }, now)
    const due = new Map<number, number>()
    for (let end = firstEnd; end <= now - GRACE_MS - delay; end += HOUR_MS) due.set(end, 1)
    add(due.size, differences(`windows of the monitor "${monitor}"`, due, ends))
  }
  add(REPRODUCED, await reproduceSome(service, now))
  return found
}

const period = (from: number, to: number) =>
  `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`

const MOST_POINTS = 2000

async function readVolume(service: SoakService, from: number, now: number) {
  const predictions = new Map<number, number>()
  const labels = new Map<number, number>()
  let [pending, deadLetters] = [0, 0]
  const end = Math.ceil(now / HOUR_MS) * HOUR_MS
  for (let start = from; start < end; start += MOST_POINTS * HOUR_MS) {
    const to = Math.min(start + MOST_POINTS * HOUR_MS, end)
    const volume = await service.call('GET', `/models/${MODEL}/volume?${period(start, to)}`)
    if (volume.step !== '1h') throw new Error(`the volume has steps of ${volume.step}`)
    pending = volume.pending_labels
    for (const point of volume.points) {
      const hour = Date.parse(point.time)
      predictions.set(hour, point.predictions)
      labels.set(hour, point.labels)
      deadLetters += point.dead_letters
    }
  }
  return { predictions, labels, pending, deadLetters }
}

/** What the roll-up has counted of each hour since the start. */
async function readProfiles(service: SoakService, now: number) {
  const counts = {
    predictions: new Map<number, number>(),
    uncorrected: new Map<number, number>(),
    labels: new Map<number, number>(),
    yes: new Map<number, number>(),
  }
  for (let hour = START; hour < now; hour += HOUR_MS) {
    const read = (column: string) =>
      service.call(
        'GET',
        `/models/${MODEL}/columns/${column}/distribution?${period(hour, hour + HOUR_MS)}`,
      ) as Promise<Distribution>
    const [state, label] = [await read(STATE), await read('label')]
    counts.predictions.set(hour, state.window.rows)
    counts.uncorrected.set(hour, ofCategory(state, 'first'))
    counts.labels.set(hour, label.window.rows)
    counts.yes.set(hour, ofCategory(label, 'yes'))
  }
  return counts
}

interface Distribution {
  window: { rows: number }
  bins: { category?: string; window: number }[]
}

const ofCategory = ({ bins }: Distribution, wanted: string) =>
  bins.find(({ category }) => category === wanted)?.window ?? 0

type OfMonitor = Pick<Watching, 'monitor' | 'column' | 'kind'>

const resultsPath = ({ monitor, column, kind }: OfMonitor, from: number, to: number) =>
  `/models/${MODEL}/results?monitor=${monitor}&column=${column}&kind=${kind}&${period(from, to)}`

/** How many results each window has; the newest counts. */
async function readWindowEnds(
  service: SoakService,
  of: OfMonitor,
  now: number,
): Promise<Map<number, number>> {
  const ends = new Map<number, number>()
  const { results } = await service.call('GET', resultsPath(of, START - 10 * DAY_MS, now))
  for (const { window_end: at } of results) ends.set(Date.parse(at), (ends.get(Date.parse(at)) ?? 0) + 1)
  return ends
}

/** Has the service compute results of all ages again, and compare them with what it stored. */
async function reproduceSome(service: SoakService, now: number): Promise<Difference[]> {
  const { results } = await service.call('GET', resultsPath(HOURLY, START, now))
  const found: Difference[] = []
  for (let i = 0; i < REPRODUCED; i++) {
    const { id, window_end: at } = results[Math.floor((i * results.length) / REPRODUCED)]
    const { agrees, window } = await service.call('POST', `/results/${id}/reproduce`)
    const isSame = agrees && window.status === 'agrees'
    found.push(...different('result computed again', 1, isSame ? 1 : 0, Date.parse(at)))
  }
  return found
}

async function countAlerts(service: SoakService, now: number): Promise<number> {
  const path = `/alerts?history=true&limit=1000&${period(START, now)}`
  const { alerts } = (await service.call('GET', path)) as { alerts: { reason: string }[] }
  return alerts.filter(({ reason }) => reason === 'first').length
}

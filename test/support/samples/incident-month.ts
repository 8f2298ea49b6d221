import { uniform } from '../../../bench/support.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
/** A Monday. */
export const START = Date.UTC(2026, 0, 5)
/** Ordinary weeks before the month, of which the first two are the baseline. */
export const HISTORY_DAYS = 28
export const MONTH_DAYS = 33
const INCIDENT_HOUR = 6

export const RIDES = {
  name: 'rides',
  task: 'binary',
  positive: 'yes',
  features: {
    distance: 'numeric',
    duration: 'numeric',
    temperature: { kind: 'numeric', min: -30, max: 45 },
    city: 'categorical',
    plan: 'categorical',
  },
} as const

type Features = Record<string, unknown>

export interface Event {
  id: string
  ts: number
  features: Features
  prediction: 'yes' | 'no'
  score: number
}

export interface Label {
  id: string
  label: 'yes' | 'no'
  labelled_at: number
  prediction_ts: number
}

/** What a team would be alerted to. */
export interface Incident {
  name: string
  /** Days after the beginning of the month; each begins at six in the morning. */
  day: number
  hours: number
  /** The members of the first message, each with what is found. */
  expected: readonly string[]
  /** Hours after which the first message is late, where it takes longer than two checks. */
  within?: number
  change?: (event: Event, random: () => number) => Event
  /** Part of the events that are made at all. */
  traffic?: number
  /** Sends each event once more with the time of the second attempt. */
  again?: boolean
  /** How much later events, or labels, come than they otherwise would. */
  eventsLate?: number
  labelsLate?: number
}

const withFeatures = (change: (features: Features, random: () => number) => Features) => (event: Event, random: () => number): Event => ({ ...event, features: change(event.features, random) }) // prettier-ignore

export const INCIDENTS: readonly Incident[] = [
  { name: 'a unit that changed', day: 1, hours: 12, expected: ['temperature: range'], change: withFeatures((one) => ({ ...one, temperature: 32 + 1.8 * Number(one.temperature) })) },
  { name: 'a join that failed', day: 3, hours: 9, expected: ['plan: missing'], change: withFeatures((one, random) => (random() < 0.8 ? { ...one, plan: null } : one)) },
  { name: 'a client that sends text', day: 6, hours: 9, expected: ['duration: invalid'], change: withFeatures((one, random) => (random() < 0.4 ? { ...one, duration: `${Number(one.duration).toFixed(0)} min` } : one)) },
  { name: 'a new category', day: 8, hours: 12, expected: ['city: unseen'], change: withFeatures((one, random) => (random() < 0.2 ? { ...one, city: 'oslo' } : one)) },
  { name: 'a stuck sensor', day: 11, hours: 12, expected: ['temperature: constant'], change: withFeatures((one) => ({ ...one, temperature: 21.5 })) },
  { name: 'half of the traffic', day: 13, hours: 9, expected: ['volume: volume'], traffic: 0.4 },
  { name: 'a client that sends all again', day: 16, hours: 9, expected: ['duplicates: duplicates'], again: true },
  { name: 'a clock that is wrong', day: 18, hours: 9, expected: ['volume: volume'], change: (event, random) => (random() < 0.6 ? { ...event, ts: event.ts - 12 * HOUR } : event) },
  { name: 'a column that was renamed', day: 21, hours: 12, expected: ['duration: schema', 'unknown_features: unknown_features'], change: withFeatures(({ duration, ...one }) => ({ ...one, duration_min: duration })) },
  { name: 'labels two days late', day: 23, hours: 24, expected: ['labels_late: labels_late'], within: 48, labelsLate: 2 * DAY },
  { name: 'everything late', day: 27, hours: 9, expected: ['freshness: freshness'], eventsLate: 9 * HOUR },
  { name: 'an extended schema', day: 29, hours: 12, expected: ['unknown_features: unknown_features'], change: withFeatures((one) => ({ ...one, weather: 'rain' })) },
] // prettier-ignore

export const beginOf = ({ day }: Incident) => MONTH + day * DAY + INCIDENT_HOUR * HOUR
export const MONTH = START + HISTORY_DAYS * DAY
/** Nothing is wrong on these: a day with little traffic, and an hour with a lot of it. */
const HOLIDAY = MONTH + 15 * DAY
const BURST = MONTH + 10 * DAY + 20 * HOUR

/** What arrives in one hour. */
export interface Arrivals {
  events: Event[]
  labels: Label[]
}

/** Traffic of a service with its days and weeks, hour by hour in the order of arrival, with the incidents in it. */
export function* rideTraffic(perHour: number): Generator<Arrivals & { hour: number }> {
  const random = uniform(41)
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const waiting = new Map<number, Arrivals>()
  const at = (time: number) => {
    const hour = Math.floor(time / HOUR) * HOUR
    const found = waiting.get(hour) ?? { events: [], labels: [] }
    waiting.set(hour, found)
    return found
  }
  let sent = 0
  for (let hour = START; hour < MONTH + MONTH_DAYS * DAY; hour += HOUR) {
    const incident = INCIDENTS.find((one) => hour >= beginOf(one) && hour < beginOf(one) + one.hours * HOUR)
    const due = perHour * rhythm(hour) * Math.exp(0.05 * gauss()) * (incident?.traffic ?? 1)
    for (let i = 0; i < due; i++) {
      const ordinary = ride(`r${sent++}`, hour + Math.floor(random() * HOUR), random, gauss)
      const event = incident?.change?.(ordinary, random) ?? ordinary
      at(ordinary.ts + (incident?.eventsLate === undefined ? 0 : lateness(incident, hour))).events.push(event)
      if (incident?.again) at(event.ts + HOUR).events.push({ ...event, ts: event.ts + HOUR })
      const labelledAt = ordinary.ts + (4 + 16 * random()) * HOUR
      at(labelledAt + (incident?.labelsLate ?? 0)).labels.push({
        id: event.id,
        label: random() < event.score ? 'yes' : 'no',
        labelled_at: Math.floor(labelledAt + (incident?.labelsLate ?? 0)),
        prediction_ts: event.ts,
      })
    }
    const { events, labels } = at(hour)
    waiting.delete(hour)
    yield { hour, events, labels }
  }
}

/** Whatever was held up comes at once when the incident is over. */
const lateness = (incident: Incident, hour: number) => beginOf(incident) + incident.hours * HOUR - hour

function rhythm(hour: number): number {
  const date = new Date(hour)
  const day = 1 + 0.6 * Math.sin((2 * Math.PI * (date.getUTCHours() - 9)) / 24)
  const isHoliday = hour >= HOLIDAY && hour < HOLIDAY + DAY
  const week = date.getUTCDay() % 6 === 0 ? 0.7 : isHoliday ? 0.6 : 1
  return day * week * (hour === BURST ? 3 : 1)
}

function ride(id: string, ts: number, random: () => number, gauss: () => number): Event {
  const distance = Math.exp(1 + 0.6 * gauss())
  const score = random()
  return {
    id,
    ts,
    features: {
      distance,
      duration: 4 + 3 * distance * Math.exp(0.2 * gauss()),
      temperature: 12 + 6 * gauss(),
      city: ['bergen', 'turku', 'malmo', 'aarhus', 'gdansk'][Math.floor(5 * random() ** 1.5)],
      plan: ['basic', 'plus', 'family', 'business'][Math.floor(4 * random() ** 2)],
    },
    prediction: score > 0.5 ? 'yes' : 'no',
    score,
  }
}

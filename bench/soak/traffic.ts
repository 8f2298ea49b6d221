import { countOf, draw, DRAWS, outcomeOf, type Event } from './events.ts'
import { STEPS_A_DAY, type Scenario } from './scenario.ts'

export interface SentPrediction {
  event: Event
  as: 'first' | 'repeated' | 'corrected'
}

export interface SentLabel {
  event: Event
  isYes: boolean
  as: 'first' | 'corrected'
  /** Whether the service has to find the prediction by its id. */
  isSearched: boolean
}

/** What happens to a share of the predictions: so many steps after each, or to all of a day in the night so many days later. */
type Later = { share: number } & ({ steps: number } | { days: number })

/** When the label comes: from a step before the prediction to ten days after it. The rest never has one. */
const DELAYS = chances([
  { share: 0.005, steps: -1 },
  { share: 0.4, steps: 0 },
  { share: 0.2, steps: 1 },
  { share: 0.14, steps: 7 },
  { share: 0.07, days: 1 },
  { share: 0.025, days: 3 },
  { share: 0.005, days: 10 },
])
/** When the prediction comes again with other values. */
const CORRECTIONS = chances([
  { share: 0.01, steps: 1 },
  { share: 0.002, days: 2 },
])
const REPEATED = 0.02
const SEARCHED = 0.2
/** Labels that turn out to be wrong, some days after they came. */
const FLIPPED = { share: 0.01, days: 2 }
/** The step of a day in which come what waits for the night. */
const NIGHT = 2

function chances(all: readonly Later[]): (Later & { from: number; to: number })[] {
  let to = 0
  return all.map((later) => ({ ...later, from: to, to: (to += later.share) }))
}

/** The predictions that are sent in a step, in their order. */
export function* predictionsOf(scenario: Scenario, step: number): Iterable<SentPrediction> {
  for (const event of eventsOf(scenario, step)) yield { event, as: 'first' }
  if (step < 0) return
  for (const event of eventsOf(scenario, step))
    if (draw(event, DRAWS.repeated) < REPEATED) yield { event, as: 'repeated' }
  for (const later of CORRECTIONS)
    for (const event of dueIn(scenario, step, later, DRAWS.correction)) yield { event, as: 'corrected' }
}

/** The labels that are sent in a step, after its predictions. */
export function* labelsOf(scenario: Scenario, step: number): Iterable<SentLabel> {
  for (const later of DELAYS) {
    const isEarly = 'steps' in later && later.steps < 0
    const label = (event: Event, as: SentLabel['as']): SentLabel => ({
      event,
      as,
      isYes: outcomeOf(scenario, event) === (as === 'corrected' || !isFlipped(event)),
      isSearched: isEarly || draw(event, DRAWS.search) < SEARCHED,
    })
    for (const event of dueIn(scenario, step, later, DRAWS.delay)) yield label(event, 'first')
    const days = FLIPPED.days + ('days' in later ? later.days : 0)
    for (const event of dueIn(scenario, step, { from: later.from, to: later.to, days }, DRAWS.delay))
      if (isFlipped(event) && !(isEarly && event.step === 0)) yield label(event, 'corrected')
  }
}

/** The predictions of a share, by what is drawn for them, for which the time of something has come. */
function* dueIn(
  scenario: Scenario,
  step: number,
  later: { from: number; to: number } & ({ steps: number } | { days: number }),
  what: number,
): Iterable<Event> {
  for (const source of sourcesOf(step, later))
    for (const event of eventsOf(scenario, source)) {
      const drawn = draw(event, what)
      if (drawn >= later.from && drawn < later.to) yield event
    }
}

function sourcesOf(step: number, later: { steps: number } | { days: number }): number[] {
  // The label of the first step that would have to come before the start never comes.
  if ('steps' in later) return step >= later.steps ? [step - later.steps] : []
  const midnight = step - NIGHT - later.days * STEPS_A_DAY
  if (step % STEPS_A_DAY !== NIGHT || midnight < 0) return []
  return Array.from({ length: STEPS_A_DAY }, (_, hour) => midnight + hour)
}

/** The labels of predictions of before the start, none of which is missing or wrong. */
export function* historicalLabelsOf(scenario: Scenario, step: number): Iterable<SentLabel> {
  for (const event of eventsOf(scenario, step))
    yield { event, as: 'first', isYes: outcomeOf(scenario, event), isSearched: false }
}

const isFlipped = (event: Event) => draw(event, DRAWS.flip) < FLIPPED.share

function* eventsOf(scenario: Scenario, step: number): Iterable<Event> {
  const count = countOf(scenario, step)
  for (let index = 0; index < count; index++) yield { step, index }
}

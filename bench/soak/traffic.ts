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

/** What happens to a share of the predictions so many steps after them. */
interface Later {
  steps: number
  share: number
}

/** When the label comes: from a step before the prediction to ten days after it. The rest never has one. */
const DELAYS = chances([
  { steps: -1, share: 0.005 },
  { steps: 1, share: 0.4 },
  { steps: 3, share: 0.2 },
  { steps: 20, share: 0.14 },
  { steps: STEPS_A_DAY + 3, share: 0.07 },
  { steps: 3 * STEPS_A_DAY + 4, share: 0.025 },
  { steps: 10 * STEPS_A_DAY - 20, share: 0.005 },
])
/** When the prediction comes again with other values. */
const CORRECTIONS = chances([
  { steps: 4, share: 0.01 },
  { steps: 2 * STEPS_A_DAY + 6, share: 0.002 },
])
const REPEATED = 0.02
const SEARCHED = 0.2
/** Labels that were wrong, and the steps until that is known. */
const FLIPPED = { steps: 30, share: 0.01 }

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
  for (const { steps, from, to } of CORRECTIONS) {
    if (step < steps) continue
    for (const event of eventsOf(scenario, step - steps))
      if (isDrawn(event, DRAWS.correction, from, to)) yield { event, as: 'corrected' }
  }
}

/** The labels that are sent in a step, after its predictions. */
export function* labelsOf(scenario: Scenario, step: number): Iterable<SentLabel> {
  for (const { steps, from, to } of DELAYS) {
    for (const [as, labelled] of [
      ['first', step - steps],
      ['corrected', step - steps - FLIPPED.steps],
    ] as const) {
      // What would have to come before the start never comes.
      if (labelled < Math.max(0, -steps)) continue
      for (const event of eventsOf(scenario, labelled))
        if (isDrawn(event, DRAWS.delay, from, to) && (as === 'first' || isFlipped(event)))
          yield {
            event,
            as,
            isYes: outcomeOf(scenario, event) === (as === 'corrected' || !isFlipped(event)),
            isSearched: steps < 0 || draw(event, DRAWS.search) < SEARCHED,
          }
    }
  }
}

/** The labels of predictions of before the start, none of which is missing or wrong. */
export function* historicalLabelsOf(scenario: Scenario, step: number): Iterable<SentLabel> {
  for (const event of eventsOf(scenario, step))
    yield { event, as: 'first', isYes: outcomeOf(scenario, event), isSearched: false }
}

const isFlipped = (event: Event) => draw(event, DRAWS.flip) < FLIPPED.share

function isDrawn(event: Event, what: number, from: number, to: number): boolean {
  const drawn = draw(event, what)
  return drawn >= from && drawn < to
}

function* eventsOf(scenario: Scenario, step: number): Iterable<Event> {
  const count = countOf(scenario, step)
  for (let index = 0; index < count; index++) yield { step, index }
}

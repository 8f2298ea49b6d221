import { DAY_MS } from '../../domain/time.ts'
import { START, STEP_MS, STEPS_A_DAY, type Scenario } from './scenario.ts'

/** A prediction; all about it follows from where it stands. Steps before the start are negative. */
export interface Event {
  step: number
  index: number
}

/** What is drawn for an event, each independent of the others. */
export const DRAWS = { values: 1, repeated: 2, correction: 3, delay: 4, search: 5, label: 6, flip: 7 }
const FEATURES_DRAWN = 100

/** A number in [0, 1) that is always the same for an event and what is drawn. */
export function draw({ step, index }: Event, what: number): number {
  let hash = Math.imul(step + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index * 0x1000193 + what, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** How many predictions are made in a step: half as many again by day, half as few by night. */
export function countOf({ rate, history }: Pick<Scenario, 'rate' | 'history'>, step: number): number {
  if (step < 0) return history.perStep
  const wave = Math.sin((2 * Math.PI * step) / STEPS_A_DAY)
  return Math.round(((rate * STEP_MS) / 1000) * (1 + wave / 2))
}

export const startOf = (step: number) => START + step * STEP_MS
export const idOf = ({ step, index }: Event) => `${step}.${index}`

/** When the prediction is made: the predictions of a step are spread evenly. */
export const timeOf = (scenario: Scenario, { step, index }: Event) =>
  Math.floor(startOf(step) + (index * STEP_MS) / countOf(scenario, step))

const NUMERIC = 15
const CATEGORICAL = 4
const CATEGORIES = 20
/** With {@link STATE}, twenty. */
export const FEATURES: Readonly<Record<string, 'numeric' | 'categorical'>> = Object.fromEntries([
  ...Array.from({ length: NUMERIC }, (_, i) => [`n${i}`, 'numeric'] as const),
  ...Array.from({ length: CATEGORICAL }, (_, i) => [`c${i}`, 'categorical'] as const),
  ['state', 'categorical'] as const,
])
/** Tells a prediction from its correction. */
export const STATE = 'state'
/** The feature that shifts. */
export const SHIFTING = 'n0'

export const scoreOf = (event: Event) => Math.round(draw(event, DRAWS.values) * 1e4) / 1e4

/** A prediction as it is sent, with other values where it is a correction. */
export function predictionLine(scenario: Scenario, event: Event, isCorrection: boolean): string {
  const salt = FEATURES_DRAWN * (isCorrection ? 2 : 1)
  const shift = isOn(scenario.shifted, event) ? 300 : 0
  let features = ''
  for (let i = 0; i < NUMERIC; i++) {
    const value = Math.round(draw(event, salt + i) * 1e6) / 1e3 + (i === 0 ? shift : 0)
    features += `"n${i}":${value},`
  }
  for (let i = 0; i < CATEGORICAL; i++)
    features += `"c${i}":"k${Math.floor(draw(event, salt + NUMERIC + i) * CATEGORIES)}",`
  features += `"${STATE}":"${isCorrection ? 'corrected' : 'first'}"`
  const score = scoreOf(event)
  return (
    `{"id":"${idOf(event)}","ts":${timeOf(scenario, event)},"version":"1","features":{${features}},` +
    `"prediction":"${score >= 0.5 ? 'yes' : 'no'}","score":${score}}`
  )
}

/** Whether the outcome is `yes`, first as it is reported and then, where that is corrected, as it really is. */
export function outcomeOf(scenario: Scenario, event: Event): boolean {
  const chance = isOn(scenario.unpredictable, event) ? 0.5 : scoreOf(event)
  return draw(event, DRAWS.label) < chance
}

export function labelLine(
  scenario: Scenario,
  event: Event,
  { isYes, isSearched }: { isYes: boolean; isSearched: boolean },
): string {
  const ts = isSearched ? '' : `,"prediction_ts":${timeOf(scenario, event)}`
  return `{"id":"${idOf(event)}","label":"${isYes ? 'yes' : 'no'}"${ts}}`
}

const isOn = (days: readonly number[], { step }: Event) =>
  days.includes(Math.floor((step * STEP_MS) / DAY_MS))

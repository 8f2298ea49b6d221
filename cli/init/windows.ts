import { DAY_MS, HOUR_MS } from '../../domain/time.ts'

/** When the predictions of a log were made. */
export interface Traffic {
  rows: number
  /** Milliseconds since 1970. */
  first: number
  last: number
  /** Hours in which there is a prediction. */
  hours: number
}

export interface Rhythm {
  window: '24h' | '7d' | '28d'
  every: '1h' | '6h' | '24h'
  /** Why, as a sentence without a full stop. */
  why: string
  /** What makes it doubtful, as sentences. */
  doubts: string[]
}

/** So many rows in a window find a change of medium size nearly always. */
const ENOUGH_ROWS = 1000
/** With fewer rows, neither a window nor a baseline gets a verdict. */
export const MIN_ROWS = 200
/** Predictions in fewer of the hours than this come in batches. */
const BATCH_SHARE = 0.25

const LENGTHS = [
  { window: '24h', every: '1h', days: 1 },
  { window: '7d', every: '6h', days: 7 },
  { window: '28d', every: '24h', days: 28 },
] as const

/**
 * The shortest window that has enough rows. None is shorter than a day: in such a one, the time of day would count as
 * drift.
 */
export function suggestRhythm(traffic: Traffic | undefined): Rhythm {
  if (traffic === undefined)
    return {
      window: '24h',
      every: '1h',
      why: 'suits 1,000 predictions a day or more',
      doubts: ['The windows are a guess, as no log of predictions was given.'],
    }
  const { rows, first, last, hours } = traffic
  const span = last - first
  // Of n predictions, n - 1 lie between the first and the last.
  const days = Math.max((span * rows) / Math.max(rows - 1, 1), HOUR_MS) / DAY_MS
  const isBatch = days >= 2 && hours < BATCH_SHARE * 24 * days
  const perDay = rows / (isBatch ? Math.ceil(days) : days)
  const length = LENGTHS.find((one) => perDay * one.days >= ENOUGH_ROWS) ?? LENGTHS[2]
  const inWindow = Math.round(perDay * length.days)
  const doubts: string[] = []
  if (span < DAY_MS)
    doubts.push('The log covers less than a day, so the number of predictions a day is a rough estimate.')
  if (inWindow < MIN_ROWS)
    doubts.push(
      `A window of ${length.window} would have about ${inWindow} rows, and below ${MIN_ROWS} there is no verdict.`,
    )
  return {
    window: length.window,
    // A batch shows all that it has at once.
    every: isBatch ? '24h' : length.every,
    why: `about ${inWindow.toLocaleString('en-US')} predictions in each${isBatch ? '; they come in batches' : ''}`,
    doubts,
  }
}

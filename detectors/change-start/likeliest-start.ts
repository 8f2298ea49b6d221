/** What one hour tells of whether the change had begun. */
export interface HourGain {
  /** Its beginning, epoch milliseconds. */
  time: number
  /** Log-likelihood of its rows after the change, less that before it. */
  gain: number
}

/** Below so many nats the hours after the beginning hardly tell themselves from those before. */
const LEAST_GAIN = 10

/**
 * The hour at which a change began: the split of the hours that makes them likeliest, those before it as they were,
 * those from it on as they are now. Of a slow change it lies in between. Undefined where no split tells enough, or the
 * first hour with rows is after the change already. Pure.
 *
 * What it is like now is first taken from the newest hours, in which the change may have begun only midway, and then from
 * the hours after the split, until the split stays.
 * @param newest where the newest window begins
 * @param gainsAfter the gains of all hours, ascending, where what it is like now is taken from the hours from `from` on
 */
export function likeliestStart(
  newest: number,
  gainsAfter: (from: number) => readonly HourGain[],
): number | undefined {
  let start = newest
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const split = bestSplit(gainsAfter(start))
    if (split === undefined || split === start) return split
    start = split
  }
  return start
}

const MAX_ROUNDS = 5

function bestSplit(hours: readonly HourGain[]): number | undefined {
  let [sum, best, at] = [0, 0, -1]
  for (let i = hours.length - 1; i >= 0; i--) {
    sum += hours[i].gain
    if (sum > best) [best, at] = [sum, i]
  }
  return best < LEAST_GAIN || at <= 0 ? undefined : hours[at].time
}

/** What all change-point detectors have in common: a pure step from state to state, and the fold over a series. */

/** `warning` is said by detectors that have a warning zone (DDM, EDDM) only. */
export type Signal = 'stable' | 'warning' | 'change'

export interface DetectorState {
  signal: Signal
  /** Of the values taken so far, how many of the latest belong to what began with the change. Set on `change`. */
  recent: number
}

/** Takes one value at a time; a state is a plain value, so that it can be stored and gone on from. */
export interface Detector<State extends DetectorState> {
  start: State
  step: (state: State, value: number) => State
}

export interface ChangePoint {
  /** Index from 0 of the value at which the change was found. */
  index: number
  /** Index of the first value after the change, as the detector estimates it; at most `index`. */
  since: number
}

export interface Changes<State> {
  changes: ChangePoint[]
  /** Indices at which a warning zone was entered. */
  warnings: number[]
  /** After the last value. */
  state: State
}

/**
 * Takes a series through a detector.
 *
 * After a change the detector begins anew with the next value, as River's do. ADWIN as published keeps the part of its
 * window after the cut instead; beginning anew costs the values between `since` and `index`, and in return one long
 * change is not found twice.
 * @param series in order of time, without gaps: leave out what is missing
 * @throws RangeError when a value is not finite, because it would spoil the state for ever
 */
export function findChanges<State extends DetectorState>(
  { start, step }: Detector<State>,
  series: readonly number[],
): Changes<State> {
  const changes: ChangePoint[] = []
  const warnings: number[] = []
  let state = start
  series.forEach((value, index) => {
    if (!Number.isFinite(value)) throw new RangeError(`value ${index} of the series is ${value}`)
    const before = state.signal === 'change' ? start : state
    state = step(before, value)
    if (state.signal === 'change') changes.push({ index, since: index - state.recent + 1 })
    if (state.signal === 'warning' && before.signal !== 'warning') warnings.push(index)
  })
  return { changes, warnings, state }
}

import type { SequencePoint } from '../../detectors/experiment/experiment.ts'

/** Whether one of the versions was named as the better one. */
export function hasWinner(points: readonly SequencePoint[]): boolean {
  const state = points.at(-1)?.state
  return state === 'champion_better' || state === 'challenger_better'
}

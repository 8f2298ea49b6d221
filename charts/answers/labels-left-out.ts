import { formatCount } from '../format.ts'

/** What the API answers about labels that are not counted. */
export interface LabelsLeftOut {
  pending_labels: number
  unmatched_labels: number
  misplaced_labels: number
}

/** A sentence or more for each reason why labels do not count; none where all do. */
export function labelsLeftOut({ pending_labels: pending, ...answer }: LabelsLeftOut): string[] {
  const { unmatched_labels: unmatched, misplaced_labels: misplaced } = answer
  return [
    pending === 0
      ? ''
      : pending === 1
        ? '1 label is waiting for its prediction.'
        : `${formatCount(pending)} labels are waiting for their predictions.`,
    unmatched === 0
      ? ''
      : unmatched === 1
        ? `1 label does not count, because it names an hour in which no prediction has its id. ${misplaced === 1 ? `Its prediction is in another hour: send it ${AGAIN}` : 'It will count if its prediction arrives.'}`
        : `${formatCount(unmatched)} labels do not count, because they name an hour in which no prediction has their id. ${whereTheyAre(unmatched, misplaced)}`,
  ].filter(Boolean)
}

const AGAIN = 'again without prediction_ts, or with the time of the prediction.'
const LATER = 'will count if their predictions arrive.'

function whereTheyAre(unmatched: number, misplaced: number): string {
  if (misplaced === 0) return `They ${LATER}`
  if (misplaced === unmatched) return `Their predictions are in other hours: send them ${AGAIN}`
  const some =
    misplaced === 1
      ? 'The prediction of 1 of them is in another hour: send it'
      : `The predictions of ${formatCount(misplaced)} of them are in other hours: send these`
  return `${some} ${AGAIN} The others ${LATER}`
}

import { expect, test } from 'vitest'
import { labelsLeftOut } from '../../charts/answers/labels-left-out.ts'

const words = (pending_labels: number, unmatched_labels: number, misplaced_labels: number) =>
  labelsLeftOut({ pending_labels, unmatched_labels, misplaced_labels })
const AGAIN = 'again without prediction_ts, or with the time of the prediction.'

test('nothing is said where all labels count', () => {
  expect(words(0, 0, 0)).toEqual([])
})

test('labels that wait, and labels that name another hour, are told apart', () => {
  expect(words(1, 1, 1)).toEqual([
    '1 label is waiting for its prediction.',
    `1 label does not count, because it names an hour in which no prediction has its id. Its prediction is in another hour: send it ${AGAIN}`,
  ])
  expect(words(1200, 1100, 1100)).toEqual([
    '1,200 labels are waiting for their predictions.',
    `1,100 labels do not count, because they name an hour in which no prediction has their id. Their predictions are in other hours: send them ${AGAIN}`,
  ])
})

test('what cannot be found anywhere may still come', () => {
  expect(words(0, 1, 0)).toEqual([
    '1 label does not count, because it names an hour in which no prediction has its id. It will count if its prediction arrives.',
  ])
  const many = 'labels do not count, because they name an hour in which no prediction has their id.'
  expect(words(0, 2, 0)).toEqual([`2 ${many} They will count if their predictions arrive.`])
  expect(words(0, 3, 1)).toEqual([
    `3 ${many} The prediction of 1 of them is in another hour: send it ${AGAIN} The others will count if their predictions arrive.`,
  ])
  expect(words(0, 5, 2)).toEqual([
    `5 ${many} The predictions of 2 of them are in other hours: send these ${AGAIN} The others will count if their predictions arrive.`,
  ])
})

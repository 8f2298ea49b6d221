import type { DecidingMetric } from '../../../control/declared/performance-metric.ts'
import { formatGroupLabel } from '../../verdict/groups.ts'
import { figure } from '../../verdict/phrases.ts'
import { bestExplanation, type LossExplanation } from './explain-loss.ts'
import type { LossLabel } from './loss-labels.ts'

/** What the parts add up to, which of RMSE and accuracy is not the metric itself. */
const LOSS_NAMES: Record<DecidingMetric, string> = {
  log_loss: 'the log loss',
  brier: 'the Brier score',
  accuracy: 'the error rate',
  rmse: 'the mean squared error',
  mae: 'the mean absolute error',
}

/** A part that differs from the change by less than this share is all of it. */
const NEARLY = 0.1

/** Bins that a sentence names. */
const MAX_NAMED = 3

export function formatLossLabel(label: LossLabel): string {
  return label.kind === 'rest' ? 'less frequent categories' : formatGroupLabel(label)
}

/** One plain sentence on where a change comes from. Names stand as they are. */
export function explanationSentence(
  metric: DecidingMetric,
  explanation: LossExplanation,
  labelsOf: (column: { role: string; column: string }) => readonly LossLabel[],
): string {
  const name = LOSS_NAMES[metric]
  const { status, change } = explanation
  if (status === 'empty')
    return `There are no rows, or no finite losses, from which ${name} of both sides can be computed.`
  const size = figure(Math.abs(change))
  if (status === 'within_chance')
    return `The change of ${name} by ${figure(change)} cannot be distinguished from chance, so there is nothing to explain.`
  const what = `the ${change > 0 ? 'rise' : 'fall'} of ${name} by ${size}`
  const best = bestExplanation(explanation)
  if (best === undefined) return `No single column explains ${what}: it is spread over all bins.`
  const labels = labelsOf(best)
  const concept = { value: best.concept, bins: best.conceptBins, about: 'how the label relates to' }
  const shift = { value: best.shift, bins: best.shiftBins, about: 'rows moving between values of' }
  // Only what is beyond chance is told. What has no bin of its own may still be clear in total, and is then all there is.
  const isConcept = concept.bins.length > 0
  const parts = [...(isConcept ? [concept] : []), ...(shift.bins.length > 0 || !isConcept ? [shift] : [])]
  const [first, second] = parts.sort((a, b) => (b.value - a.value) * Math.sign(change))
  const from = (part: typeof first, column: string) => {
    const bins = named(part.bins, labels)
    return `from ${part.about} ${column}${bins === '' ? '' : ` (mostly ${bins})`}`
  }
  const amount = ({ value }: typeof first) => figure(Math.abs(value))
  const text = from(first, `"${best.column}"`)
  if (second === undefined)
    return Math.abs(first.value / change - 1) < NEARLY
      ? `${upperFirst(what)} comes ${text}.`
      : `Of ${what}, ${amount(first)} comes ${text}; nothing in this column explains the rest.`
  // What goes the other way is taken off.
  const joined = second.value * change > 0 ? ' and' : ', less'
  return `Of ${what}, ${amount(first)} comes ${text}${joined} ${amount(second)} ${from(second, 'it')}.`
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** The bins that contribute most, neighbouring ranges as one. */
function named(bins: readonly number[], labels: readonly LossLabel[]): string {
  const merged: LossLabel[] = []
  for (const index of bins.slice(0, MAX_NAMED).sort((a, b) => a - b)) {
    const label = labels[index]
    const last = merged.at(-1)
    if (last?.kind === 'range' && label.kind === 'range' && last.to !== undefined && last.to === label.from) {
      const { from } = last
      merged[merged.length - 1] = {
        kind: 'range',
        ...(from !== undefined && { from }),
        ...(label.to !== undefined && { to: label.to }),
      }
    } else merged.push(label)
  }
  const texts = merged.map(formatLossLabel)
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}

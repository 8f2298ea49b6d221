import { EXPERIMENT_LOSSES } from '../../domain/experiment.ts'
import { count, figure } from '../verdict/phrases.ts'
import { LEAST_DAYS } from './running-difference.ts'
import type { ExperimentHours, ExperimentRule, SequencePoint } from './experiment.ts'

type Design = ExperimentHours['design']

interface About {
  point: SequencePoint | undefined
  rule: ExperimentRule
  design: Design
}

/** `The challenger is better: its log loss (clipped at 0.01) is lower by 0.021 (0.002 to 0.04) after 63 hours and 6,300 pairs.` */
export function decidedSentence(point: SequencePoint, rule: ExperimentRule, design: Design): string {
  const { difference, lower, upper, state } = point
  const loss = EXPERIMENT_LOSSES[rule.metric]
  const after = afterRows(point, design)
  if (state === 'equivalent')
    return `The versions are equivalent: ${between(point, rule)}, within the margin of ±${figure(rule.margin!)}, ${after}.${caution(point)}`
  const winner = state === 'champion_better' ? 'champion' : 'challenger'
  const [least, most] = state === 'champion_better' ? [lower!, upper!] : [-upper!, -lower!]
  return `The ${winner} is better: its ${loss} is lower by ${figure(Math.abs(difference))} (${figure(least)} to ${figure(most)} at ${level(rule)}) ${after}.${caution(point)}`
}

/** What a decision in the first days takes for granted. */
function caution({ isByDay }: SequencePoint): string {
  return isByDay ? '' : ` With fewer than ${LEAST_DAYS} days, it is not known how much days differ.`
}

export function undecidedSentence(about: About): string {
  return `The experiment continues: ${soFar(about)}.`
}

export function inconclusiveSentence(about: About): string {
  return `The experiment ended without a decision: ${soFar(about)}.`
}

function soFar({ point, rule, design }: About): string {
  if (point === undefined)
    return design === 'paired'
      ? 'no prediction has a loss of both versions and mature labels'
      : 'no hour has predictions of both versions with a loss and mature labels'
  const { leastRows, lower, hours, evenHours } = point
  const after = afterRows(point, design)
  const needed = design === 'paired' ? 'pairs needed' : 'rows needed on each side'
  if (leastRows < rule.minRows)
    return `${count(leastRows)} of the ${count(rule.minRows)} ${needed} are available`
  if (evenHours < rule.minHours) {
    if (hours < rule.minHours)
      return `${count(hours)} of the ${count(rule.minHours)} hours needed are available`
    return `the ${count(hours)} hours are so uneven that they tell as much as ${figure(evenHours)} even ones, and ${count(rule.minHours)} are needed`
  }
  if (lower === null)
    return `${design === 'paired' ? 'every difference' : 'every loss of a version'} is the same ${after}, so chance cannot be estimated`
  return `${between(point, rule)}, ${undecidedBecause(rule)}, ${after}`
}

/** `the challenger's Brier score minus the champion's lies between -0.01 and 0.03 at 95%` */
function between({ lower, upper }: SequencePoint, rule: ExperimentRule): string {
  return `the challenger's ${EXPERIMENT_LOSSES[rule.metric]} minus the champion's lies between ${figure(lower!)} and ${figure(upper!)} at ${level(rule)}`
}

function undecidedBecause({ margin }: ExperimentRule): string {
  return margin === undefined
    ? 'which includes 0'
    : `which includes 0 and reaches beyond the margin of ±${figure(margin)}`
}

function afterRows({ hours, rows }: SequencePoint, design: Design): string {
  const units = design === 'paired' ? 'pair' : 'row'
  return `after ${plural(hours, 'hour')} and ${plural(rows, units)}`
}

function plural(n: number, what: string): string {
  return `${count(n)} ${what}${n === 1 ? '' : 's'}`
}

function level({ alpha }: ExperimentRule): string {
  return `${Number((100 * (1 - alpha)).toPrecision(10))}%`
}

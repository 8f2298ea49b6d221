import { plural } from './format.ts'
import type { z } from 'zod'
import type { Routes } from '../api/contract/routes.ts'

type Experiment = z.output<Routes['getExperiment']['answers'][200]>
type Sequence = z.output<Routes['getExperimentSequence']['answers'][200]>

/** Whether the challenger may be promoted without saying that it is nevertheless. */
export const isFoundGood = ({ state }: Pick<NonNullable<Experiment['standing']>, 'state'>) =>
  state === 'challenger_better' || state === 'equivalent'

/** Names a side as people read it: `version 3`, `shadow traffic`. */
export const versionWords = (version: string) =>
  version === 'shadow' ? 'shadow traffic' : `version “${version}”`

/** What was compared, and what was left out and why, a sentence each. */
export function coverageWords(
  design: Experiment['design'],
  { champion, challenger, compared }: Sequence['coverage'],
  counted: number,
): string[] {
  if (design === 'paired') {
    const left = champion - compared
    return [
      `${plural(champion, 'prediction')} of the champion, ${plural(compared, 'pair')} compared.`,
      ...(left === 0
        ? []
        : [
            `${plural(left, 'prediction')} left out: the challenger did not score the same id within an hour, the label is missing, or the prediction lacks what the metric needs.`,
          ]),
    ]
  }
  const unlabelled = champion + (challenger ?? 0) - compared
  const alone = compared - counted
  return [
    `${plural(champion, 'prediction')} of the champion and ${plural(challenger ?? 0, 'prediction')} of the challenger, ${plural(counted, 'row')} compared.`,
    ...(unlabelled === 0
      ? []
      : [
          `${plural(unlabelled, 'prediction')} left out: the label is missing, or the prediction lacks what the metric needs.`,
        ]),
    ...(alone === 0 ? [] : [`${plural(alone, 'row')} left out: in those hours, only one version has rows.`]),
  ]
}

/** What promoting or keeping does, in full. @param moved aliases in MLflow that a promotion moves, as `name@alias` */
export function consequence(
  { model, champion, challenger, channels }: Experiment,
  decision: 'promote' | 'keep',
  moved: readonly string[] = [],
): string {
  const told =
    channels.length === 0
      ? 'The channels of matching routes are notified'
      : `The channels of matching routes and ${channels.join(', ')} are notified`
  const record =
    decision === 'promote'
      ? `This records that ${versionWords(challenger)} takes over from ${versionWords(champion)} of ${model}.`
      : `This records that ${versionWords(champion)} of ${model} stays and ${versionWords(challenger)} does not take over.`
  const alias = moved.length === 0 ? '' : ` In MLflow, ${moved.join(', ')} moves to it.`
  const rest =
    decision === 'promote' ? `${alias} Driftgauge does not switch traffic: deploy the version yourself.` : ''
  return `${record} ${told}, and an alert about the decision ends. This cannot be undone.${rest}`
}

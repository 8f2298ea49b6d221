import { formatCount, formatEffect, plural } from './format.ts'
import type { Answer } from './queries/answer.ts'
import { memberName } from '../domain/words/wording.ts'

export type ModelOverview = Answer<'getOverview'>['models'][number]

const BEFORE: Partial<Record<ModelOverview['state'], string>> = {
  no_events: 'Declared; waiting for its first prediction.',
  no_baseline: 'Predictions are arriving, but there is no baseline to compare them with yet.',
  no_monitor: 'No monitor yet.',
  waiting: 'The first window is not complete yet.',
}

/** How a model without a drifting column stands, in one sentence. */
export function standing({ state, status, firing, worst }: ModelOverview): string {
  if (status === 'insufficient_data') return 'Too few rows in the newest window for a verdict.'
  if (status === 'no_data') return 'No data arrived, although some was expected.'
  if (status === 'error')
    return 'The newest window could not be evaluated; see the service log for the cause.'
  if (firing.length > 0) return firing[0].summary
  if (worst !== null && worst.verdict === 'unconfirmed') return `${memberName(worst)}: ${worst.explanation}`
  if (worst?.kind === 'data') return worst.explanation
  if (worst === null) return BEFORE[state] ?? 'The newest window has no verdict.'
  return `No column has drifted; the largest effect is ${formatEffect(worst.effect)}, in ${memberName(worst)}.`
}

/** How all models stand together. */
export function standingOfAll(models: readonly ModelOverview[]): string {
  const firing = models.filter((model) => model.firing.length > 0)
  const alerts = firing.flatMap((model) => model.firing)
  const evaluated = models.filter(({ state }) => state === 'evaluated').length
  const all = plural(models.length, 'model')
  if (alerts.length > 0) {
    const where = models.length === 1 ? '' : ` on ${formatCount(firing.length)} of ${all}`
    const critical = alerts.filter(({ severity }) => severity === 'critical').length
    const some = critical < alerts.length ? `${formatCount(critical)} ` : 'all '
    const severe = critical === 0 ? '' : `, ${alerts.length === 1 ? '' : some}critical`
    return `${plural(alerts.length, 'alert')} firing${where}${severe}.`
  }
  if (evaluated === 0) return `${all}, none evaluated yet.`
  return `No alerts firing on ${all}${evaluated < models.length ? `, ${evaluated} of them evaluated` : ''}.`
}

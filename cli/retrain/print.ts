import type { z } from 'zod'
import type { retrainRoutes, retrainSchema } from '../../api/contract/alerting/retrains.ts'
import { printable } from '../shared/text.ts'

export type Retrain = z.output<typeof retrainSchema>
export type Detail = z.output<(typeof retrainRoutes.getRetrain.answers)[200]>
export type Call = NonNullable<Detail['call']>

/** A request in a line of its own. */
export function headline({ id, model, kind, target, status, version }: Retrain): string {
  const to = version === null ? '' : `, version ${version}`
  return printable(`${id}  ${status}${to}: ${model}, ${kind}, by ${target}`)
}

/** What it waits for, or what its baseline waits for, or else the last word on it. */
export function noteOf({ waiting, pending_baseline, note }: Retrain): string {
  if (waiting !== null) return waiting.reason
  return pending_baseline === null ? note : `baseline: ${pending_baseline.reason}`
}

/** The call as it goes over the wire. */
export function callLines({ method, url, headers, body }: Call): string[] {
  const head = [
    `${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
  ]
  return [...head, ...JSON.stringify(JSON.parse(body), null, 2).split('\n')].map(printable)
}

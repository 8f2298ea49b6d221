import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { retrainStateAfter } from '../../control/alerting/retrain-state.ts'
import type { RetrainEvent } from '../../control/alerting/retrains.ts'
import type { Store } from '../../store/engine/client.ts'
import { readRetrains, type Retrain } from './retrain.ts'
import { shortId } from './short-id.ts'

/** What began with an event of an alert, in a sentence by its id: whoever is told of drift should know what is asked of them. */
export async function retrainSentences(
  store: Store,
  events: readonly AlertEvent[],
): Promise<Map<string, string>> {
  const asking = events.filter(({ status, reason }) => status === 'firing' && reason !== 'repeat')
  const sentences = new Map<string, string>()
  for (const model of new Set(asking.map((event) => event.model)))
    for (const retrain of await readRetrains(store, { model }))
      for (const alert of retrain.askedBy) {
        const sentence = sentenceOf(retrain, alert)
        if (sentence !== undefined) sentences.set(alert, sentence)
      }
  return sentences
}

/** By the steps up to the one that the alert came with, which never change: a message is the same at every attempt. Pure. */
export function sentenceOf(
  { request, events }: Pick<Retrain, 'request' | 'events'>,
  alert: string,
): string | undefined {
  const joined = events.findIndex(({ evidence }) => evidence?.alerts.some(({ id }) => id === alert))
  const id = shortId(request.id)
  if (joined === -1) return beginning(id, events[0])
  const before = events.slice(0, joined)
  const status = retrainStateAfter(before)?.status
  const waits = before.findLast(({ type }) => type === status)
  return status === 'requested' || waits === undefined
    ? `This alert was added to retraining ${id}.`
    : `This alert was added to retraining ${id}, which ${waits.comment || 'waits'}.`
}

function beginning(id: string, { type, comment }: RetrainEvent): string | undefined {
  switch (type) {
    case 'awaiting_approval':
      return `Retraining ${id} is waiting for your approval.`
    case 'held':
    case 'deferred':
      return `Retraining ${id} ${comment}, unless you approve it before.`
    case 'requested':
      return `Retraining ${id} has been requested.`
    default:
      return undefined
  }
}

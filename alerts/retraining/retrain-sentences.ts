import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { Store } from '../../store/engine/client.ts'
import type { RetrainEventType } from '../../control/alerting/retrains.ts'
import { readRetrains } from './retrain.ts'
import { shortId } from './retrained.ts'

/** What began with an event of an alert, in a sentence by its id: whoever is told of drift should know what is asked of them. */
export async function retrainSentences(
  store: Store,
  events: readonly AlertEvent[],
): Promise<Map<string, string>> {
  const asking = events.filter(({ status, reason }) => status === 'firing' && reason !== 'repeat')
  const sentences = new Map<string, string>()
  for (const model of new Set(asking.map((event) => event.model))) {
    for (const { request, events: steps } of await readRetrains(store, { model })) {
      const sentence = SENTENCES[steps[0].type]?.(shortId(request.id))
      if (request.alert !== undefined && sentence !== undefined) sentences.set(request.alert, sentence)
    }
  }
  return sentences
}

/** By the first step, which never changes: a message is the same at every attempt. */
const SENTENCES: Partial<Record<RetrainEventType, (id: string) => string>> = {
  awaiting_approval: (id) => `Retraining ${id} is waiting for your approval.`,
  held: (id) => `Retraining ${id} is held back until the model's data problem ends, or you approve it.`,
  requested: (id) => `Retraining ${id} has been requested.`,
}

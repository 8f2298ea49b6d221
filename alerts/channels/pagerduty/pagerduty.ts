import { parseJson } from '../../../domain/json.ts'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { PagerdutySettings } from '../../../control/declared/channels/pagerduty.ts'
import { callHttp, type HttpContext, type SendOutcome } from '../../http/http.ts'
import { buildMessage } from '../../message/message.ts'
import type { Notifier } from '../notifier.ts'
import { pagerdutyEvent } from './event.ts'

export const pagerdutyNotifier: Notifier<'pagerduty'> = {
  /** An incident is of one alert, which has a key of its own. */
  send: ({ pagerduty }, events, context) =>
    postInTurn(
      pagerduty,
      events.map((event) => pagerdutyEvent(event, buildMessage([event], context.link))),
      context,
    ),
  /** Opens an incident of the lowest severity and closes it at once. */
  sendTest({ name, pagerduty }, summary, context) {
    const dedup_key = `driftgauge/test/${randomUUID()}`
    const payload = { summary, source: name, severity: 'info', timestamp: context.now.toISOString() }
    return postInTurn(
      pagerduty,
      [
        { event_action: 'trigger', dedup_key, payload },
        { event_action: 'resolve', dedup_key },
      ],
      context,
    )
  },
  afterTest: () =>
    'PagerDuty accepted the event. An incident of the lowest severity was opened and resolved immediately.',
}

/** Up to the first that is not delivered: sent again, those before it change nothing. */
async function postInTurn(
  settings: PagerdutySettings,
  [first, ...others]: readonly object[],
  context: HttpContext,
): Promise<SendOutcome> {
  const outcome = await postPagerduty(settings, first, context)
  return outcome.status === 'delivered' && others.length > 0 ? postInTurn(settings, others, context) : outcome
}

const problemSchema = z.object({ message: z.string(), errors: z.array(z.string()).optional() })

/** Sends an event to PagerDuty. Never throws. */
async function postPagerduty(
  { routing_key, url }: PagerdutySettings,
  event: object,
  context: HttpContext,
): Promise<SendOutcome> {
  return callHttp({
    ...context,
    url: `${url.replace(/\/+$/, '')}/v2/enqueue`,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'driftgauge' },
    body: JSON.stringify({ routing_key, ...event }),
    explain: (answer) => explainPagerduty(answer)?.replaceAll(routing_key, '…'),
  })
}

/** PagerDuty says in JSON what is wrong with an event. */
function explainPagerduty(answer: string): string | undefined {
  const outcome = problemSchema.safeParse(parseJson(answer))
  if (!outcome.success) return undefined
  const { message, errors = [] } = outcome.data
  return errors.length === 0 ? message : `${message}: ${errors.join('; ')}`
}

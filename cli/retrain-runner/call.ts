import { z } from 'zod'
import { httpUrl } from '../../control/declared/channels/http-url.ts'
import { nameSchema } from '../../control/declared/model.ts'
import { isRecord, parseJson } from '../../domain/json.ts'

const EVENT = 'model.retrain_requested'
const TEST_EVENT = 'channel.test'

const time = z.iso.datetime({ offset: true })

/** What the runner itself needs of a request; the rest is for the command. */
const dataSchema = z.looseObject({
  id: z.string().regex(/^[0-9a-f]{32}$/, 'an id has 32 hexadecimal digits'),
  model: nameSchema,
  training: z.looseObject({ from: time, to: time }),
  callback: z.looseObject({
    url: httpUrl('the callback'),
    token: z.string().regex(/^[\x21-\x7e]{1,500}$/, 'the token must be printable ASCII without spaces'),
  }),
})

export interface RetrainCall {
  id: string
  model: string
  training: { from: string; to: string }
  callback: { url: string; token: string }
  /** The request as the command may read it: without the callback, whose token is the runner's alone. */
  request: Record<string, unknown>
}

export type ReadCall =
  { kind: 'retrain'; call: RetrainCall } | { kind: 'test' } | { kind: 'unusable'; reason: string }

/** Reads the body of a genuine call. Pure. Fields that are not known are kept for the command. */
export function readCall(body: string, webhookId: string): ReadCall {
  const event = parseJson(body)
  if (!isRecord(event)) return { kind: 'unusable', reason: 'the body is not a JSON object' }
  if (event.type === TEST_EVENT) return { kind: 'test' }
  if (event.type !== EVENT)
    return {
      kind: 'unusable',
      reason: `the type is not ${EVENT}; use this channel as "retrain.target" alone, not for alerts`,
    }
  const { data, error } = dataSchema.safeParse(event.data)
  if (error !== undefined) {
    const [{ path, message }] = error.issues
    return { kind: 'unusable', reason: `${['data', ...path].join('.')}: ${message}` }
  }
  const { callback, ...request } = data
  const { id, model, training } = data
  if (id !== webhookId) return { kind: 'unusable', reason: 'webhook-id is not the id of the request' }
  return {
    kind: 'retrain',
    call: {
      id,
      model,
      training: { from: training.from, to: training.to },
      callback: { url: callback.url, token: callback.token },
      request,
    },
  }
}

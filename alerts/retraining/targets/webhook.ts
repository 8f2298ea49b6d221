import { publicChannel } from '../../../control/declared/channel.ts'
import { signatureHeaders } from '../../channels/webhook/signature.ts'
import { retrainEvent } from '../message.ts'
import { MASK, type CallBuilder } from './call-builder.ts'

export const webhookCalls: CallBuilder<'webhook'> = {
  build({ webhook: { url, secret } }, input, now) {
    const { id } = input.request
    const body = JSON.stringify(retrainEvent(input))
    return {
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'driftgauge',
        'idempotency-key': id,
        ...signatureHeaders(id, now, body, [secret].flat()),
      },
      body,
    }
  },
  mask(call, target) {
    const signature = [target.webhook.secret].flat().map(() => `v1,${MASK}`)
    return {
      ...call,
      url: publicChannel(target).target,
      headers: { ...call.headers, 'webhook-signature': signature.join(' ') },
    }
  },
}

import { z } from 'zod'
import type { ChannelView } from './view.ts'

const addressSchema = z.email('write an address as name@example.com')
const addressesSchema = z.array(addressSchema).max(50)

/** Email, sent through the server of `SMTP_URL`. */
export const emailSchema = z.strictObject({
  to: addressesSchema.min(1),
  from: addressSchema.optional().describe('Defaults to SMTP_FROM.'),
  cc: addressesSchema.optional(),
})

export type EmailSettings = z.output<typeof emailSchema>

export function emailView({ to, from, cc = [] }: EmailSettings): ChannelView {
  const copies = cc.length === 0 ? '' : `; copies to ${cc.join(', ')}`
  const sender = from === undefined ? '' : `; from ${from}`
  return {
    type: 'email',
    target: `${to.join(', ')}${copies}${sender}`,
    secrets: 0,
    identity: ['email', to, from, cc],
  }
}

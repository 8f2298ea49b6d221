import { z } from 'zod'
import type { ChannelDefinition } from './definition.ts'

const addressSchema = z.email('write an address as name@example.com')
const addressesSchema = z.array(addressSchema).max(50)

/** Email, sent through the server of `SMTP_URL`. */
const emailSchema = z.strictObject({
  to: addressesSchema.min(1),
  from: addressSchema.optional().describe('Defaults to SMTP_FROM.'),
  cc: addressesSchema.optional(),
})

export type EmailSettings = z.output<typeof emailSchema>

export const emailDefinition: ChannelDefinition<typeof emailSchema> = {
  schema: emailSchema,
  byMail: true,
  starter: { settings: (address) => ({ to: [address] }), variables: ['SMTP_URL', 'SMTP_FROM'] },
  editable: (settings) => settings,
  view({ to, from, cc = [] }) {
    const copies = cc.length === 0 ? '' : `; copies to ${cc.join(', ')}`
    const sender = from === undefined ? '' : `; from ${from}`
    return {
      target: `${to.join(', ')}${copies}${sender}`,
      secrets: 0,
      identity: ['email', to, from, cc],
    }
  },
}

import { z } from 'zod'
import type { ChannelDefinition } from './definition.ts'
import { httpUrl } from './http-url.ts'

/** PagerDuty, by an integration of the type "Events API v2" of a service. */
const pagerdutySchema = z.strictObject({
  routing_key: z
    .string()
    .regex(
      /^[A-Za-z0-9]{32}$/,
      'the routing key has 32 letters and digits: it is the integration key of an "Events API v2" integration',
    ),
  url: httpUrl('the address of PagerDuty')
    .default('https://events.pagerduty.com')
    .describe('https://events.eu.pagerduty.com for accounts in the EU region.'),
})

export type PagerdutySettings = z.output<typeof pagerdutySchema>

export const pagerdutyDefinition: ChannelDefinition<typeof pagerdutySchema> = {
  schema: pagerdutySchema,
  secretSetting: 'routing_key',
  starter: {
    settings: () => ({ routing_key: '${PAGERDUTY_ROUTING_KEY}' }),
    variables: ['PAGERDUTY_ROUTING_KEY'],
  },
  editable: ({ url }) => ({ url }),
  view: ({ routing_key: key, url }) => ({
    target: new URL(url).origin,
    secrets: 1,
    identity: ['pagerduty', key, url],
  }),
}

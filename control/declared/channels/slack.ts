import { z } from 'zod'
import type { ChannelDefinition } from './definition.ts'
import { httpUrl } from './http-url.ts'

/** Slack by an incoming webhook. Whoever knows its address may post, so the whole of it is a secret. */
const slackSchema = z.strictObject({
  webhook_url: httpUrl('the address of a Slack webhook').describe(
    'URL of an incoming webhook: https://hooks.slack.com/services/…',
  ),
})

export type SlackSettings = z.output<typeof slackSchema>

export const slackDefinition: ChannelDefinition<typeof slackSchema> = {
  schema: slackSchema,
  secretSetting: 'webhook_url',
  starter: {
    settings: () => ({ webhook_url: '${SLACK_WEBHOOK_URL}' }),
    variables: ['SLACK_WEBHOOK_URL'],
  },
  editable: () => ({}),
  view: ({ webhook_url: url }) => ({
    target: `${new URL(url).origin}/…`,
    secrets: 1,
    identity: ['slack', url],
  }),
}

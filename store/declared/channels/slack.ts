import { z } from 'zod'
import { httpUrl } from './http-url.ts'
import type { ChannelView } from './view.ts'

/** Slack by an incoming webhook. Whoever knows its address may post, so the whole of it is a secret. */
export const slackSchema = z.strictObject({
  webhook_url: httpUrl('the address of a Slack webhook').describe(
    'URL of an incoming webhook: https://hooks.slack.com/services/…',
  ),
})

export type SlackSettings = z.output<typeof slackSchema>

export function slackView({ webhook_url: url }: SlackSettings): ChannelView {
  return { type: 'slack', target: `${new URL(url).origin}/…`, secrets: 1, identity: ['slack', url] }
}

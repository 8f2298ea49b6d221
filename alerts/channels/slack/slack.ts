import type { SlackSettings } from '../../../control/declared/channels/slack.ts'
import { callHttp, type HttpContext, type SendOutcome } from '../../http/http.ts'
import { buildMessage } from '../../message/message.ts'
import type { Notifier } from '../notifier.ts'
import { escapeSlack, slackBody } from './message.ts'

export const slackNotifier: Notifier<'slack'> = {
  send: ({ slack }, events, context) =>
    postSlack(slack, slackBody(events[0], buildMessage(events, context.link)), context),
  sendTest: ({ slack }, text, context) => postSlack(slack, { text: escapeSlack(text) }, context),
  afterTest: () => 'Slack accepted the message. Check the Slack channel.',
}

/** What the words of Slack's answers mean for whoever set the channel up. */
const ANSWERS: Record<string, string> = {
  invalid_payload: 'Slack could not read the message',
  invalid_blocks: 'Slack could not read the message',
  no_text: 'Slack could not read the message',
  no_service: 'the incoming webhook was removed or disabled: create a new one and change the address',
  no_team: 'the workspace no longer exists, or the address is incomplete: copy it again',
  invalid_token: 'the address is wrong: copy it again from the settings of the Slack app',
  user_not_found: 'the user it posts to no longer exists',
  channel_not_found: 'the Slack channel it posts to no longer exists: create a webhook for another one',
  channel_is_archived: 'the Slack channel it posts to is archived: create a webhook for another one',
  action_prohibited: 'an administrator of the workspace does not allow it',
  posting_to_general_channel_denied: 'only administrators may post to that Slack channel',
  too_many_attachments: 'Slack could not read the message',
}

/** Posts a body to an incoming webhook. Never throws. */
async function postSlack(
  { webhook_url: url }: SlackSettings,
  body: object,
  context: HttpContext,
): Promise<SendOutcome> {
  return callHttp({
    ...context,
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'driftgauge' },
    body: JSON.stringify(body),
    explain: explainSlack,
  })
}

/** Slack answers with a word; anything else is not Slack's, and not shown. */
function explainSlack(answer: string): string | undefined {
  const word = answer.trim()
  return Object.hasOwn(ANSWERS, word) ? `${word}: ${ANSWERS[word]}` : undefined
}

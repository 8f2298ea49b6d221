import type { Response } from 'express'
import { sendTest } from '../../../alerts/delivery/send.ts'
import type { Control } from '../../../control/database/control.ts'
import { alertRoutes } from '../../../control/declared/alert-route.ts'
import { channels, editableSettings, publicChannel, type Channel } from '../../../control/declared/channel.ts'
import { experiments } from '../../../control/declared/experiment.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { grantedScopes, shownTo } from '../../access.ts'
import { testMessage } from '../../answers/channel-test.ts'
import type { channelRoutes } from '../../contract/alerting/channels.ts'
import {
  declareDocument,
  documentOr404,
  removeDocument,
  type DocumentKind,
} from '../../declare/declare-document.ts'
import { pageOfDocuments } from '../../paging.ts'
import { Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

const kind: DocumentKind<Channel> = {
  noun: 'channel',
  documents: channels,
  shown: changeable,
  checkRemoval,
}

/** Channels: where alerts are sent. Their secrets are never answered. */
export const channelHandlers: HandlersOf<typeof channelRoutes> = (context) => {
  const { store, clock, dispatcher, mailer } = context
  return {
    async listChannels({ query, response }) {
      const all = await channels.readAll(store.control)
      const { items, ...page } = pageOfDocuments(all, query, (one) => shownChannel(one, response))
      return { status: 200, body: { channels: items, ...page } }
    },
    async getChannel({ params, response }) {
      const { document, revision } = await documentOr404(context, kind, params.channel)
      return { status: 200, body: shownChannel(document, response), revision }
    },
    async declareChannel({ body, request, response, commit }) {
      const asked = { name: body.name, request, commit, next: () => body }
      const { status, document, revision } = await declareDocument(context, kind, asked)
      return { status, body: shownChannel(document, response), revision }
    },
    async deleteChannel({ params, request, commit }) {
      await removeDocument(kind, { name: params.channel, request, commit })
      return { status: 204 }
    },
    async testChannel({ params }) {
      const { document: channel } = await documentOr404(context, kind, params.channel)
      const outcome = await sendTest(channel, { dispatcher, mailer, now: clock() })
      if (outcome.status === 'aborted') throw new Error('a test that nothing aborts was aborted')
      return {
        status: 200,
        body: {
          delivered: outcome.status === 'delivered',
          http_status: outcome.httpStatus ?? null,
          latency_ms: outcome.latencyMs,
          error: 'error' in outcome ? outcome.error : null,
          message: testMessage(channel, outcome),
        },
      }
    },
  }
}

/** As who may change it sees it: without secrets. */
function changeable(channel: Channel) {
  return { ...publicChannel(channel), settings: editableSettings(channel) }
}

/** As the request's key may see it. */
function shownChannel(channel: Channel, response: Response) {
  if (grantedScopes(response).includes('write')) return changeable(channel)
  const { target, ...rest } = publicChannel(channel)
  return { ...rest, target: shownTo(response, target) }
}

async function checkRemoval(control: Control, name: string): Promise<void> {
  const named = ({ channels: names }: { channels: string[] }) => names.includes(name)
  const using = [
    ...(await monitors.list(control))
      .filter(({ alert, retrain }) => named(alert) || retrain?.target === name)
      .map((one) => `monitor "${one.name}"`),
    ...(await alertRoutes.list(control)).filter(named).map((one) => `route "${one.name}"`),
    ...(await experiments.list(control)).filter(named).map((one) => `experiment "${one.name}"`),
  ]
  if (using.length > 0)
    throw new Problem(
      409,
      'Conflict',
      `The channel "${name}" is used by ${using.join(', ')}: remove it from there first.`,
    )
}

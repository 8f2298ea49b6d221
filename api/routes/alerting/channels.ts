import { isDeepStrictEqual } from 'node:util'
import { sendTest } from '../../../alerts/delivery/send.ts'
import { alertRoutes } from '../../../control/declared/alert-route.ts'
import { channels, publicChannel, type Channel } from '../../../control/declared/channel.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { shownTo } from '../../access.ts'
import { testMessage } from '../../answers/channel-test.ts'
import type { ApiContext } from '../../context.ts'
import type { channelRoutes } from '../../contract/alerting/channels.ts'
import { nameCursor, pageOfAll } from '../../paging.ts'
import { notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** Channels: where alerts are sent. Their secrets are never answered. */
export const channelHandlers: HandlersOf<typeof channelRoutes> = (context) => {
  const { store, clock, dispatcher, mailer } = context
  return {
    async listChannels({ query, response }) {
      const all = await channels.list(store.control)
      const { items, next_cursor } = pageOfAll(all, query, nameCursor, ({ name }) => [name])
      const shown = items.map(publicChannel).map((one) => ({ ...one, target: shownTo(response, one.target) }))
      return { status: 200, body: { channels: shown, next_cursor } }
    },
    async declareChannel({ body }) {
      const before = await channels.find(store.control, body.name)
      if (!isDeepStrictEqual(body, before)) await channels.put(store.control, body.name, body, clock())
      return { status: before === undefined ? 201 : 200, body: publicChannel(body) }
    },
    async deleteChannel({ params }) {
      const { name } = await channelOr404(context, params.channel)
      const named = ({ channels: names }: { channels: string[] }) => names.includes(name)
      const using = [
        ...(await monitors.list(store.control))
          .filter(({ alert, retrain }) => named(alert) || retrain?.target === name)
          .map((one) => `monitor "${one.name}"`),
        ...(await alertRoutes.list(store.control)).filter(named).map((one) => `route "${one.name}"`),
      ]
      if (using.length > 0) {
        throw new Problem(
          409,
          'Conflict',
          `The channel "${name}" is used by ${using.join(', ')}: remove it from there first.`,
        )
      }
      await channels.remove(store.control, name)
      return { status: 204 }
    },
    async testChannel({ params }) {
      const channel = await channelOr404(context, params.channel)
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

async function channelOr404({ store }: ApiContext, name: string): Promise<Channel> {
  const channel = await channels.find(store.control, name)
  if (channel === undefined) throw notFound(`channel "${name}"`)
  return channel
}

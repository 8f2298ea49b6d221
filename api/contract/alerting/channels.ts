import { z } from 'zod'
import { CHANNEL_KINDS, channelSchema } from '../../../control/declared/channel.ts'
import { nameSchema } from '../../../control/declared/model.ts'
import { route } from '../route.ts'
import { etags, named, nextCursor, pageQuery } from '../shared.ts'

const channelDeclaration = named('ChannelDeclaration', channelSchema)

export const publicChannelSchema = named(
  'Channel',
  z.strictObject({
    name: z.string(),
    type: z.enum(CHANNEL_KINDS),
    target: z
      .string()
      .describe(
        'Where messages go, without secrets. Without `write`, only scheme and host of an address are shown.',
      ),
    settings: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Its settings without secrets; only with `write`.'),
    secrets: z.int().describe('Number of secrets it holds.'),
    fingerprint: z.string().describe('Fingerprint of the whole declaration; it changes if a secret changes.'),
  }),
)

const channelParams = z.strictObject({ channel: nameSchema })
const tag = 'Channels'

export const channelRoutes = {
  listChannels: route({
    method: 'get',
    path: '/channels',
    tag,
    summary: 'Declared channels, by name, without their secrets',
    scope: 'read',
    query: z.strictObject(pageQuery({ most: 1000, default: 100 })),
    answers: {
      200: named(
        'ChannelPage',
        z.strictObject({ channels: z.array(publicChannelSchema), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  getChannel: route({
    method: 'get',
    path: '/channels/:channel',
    tag,
    summary: 'A channel without its secrets',
    scope: 'read',
    params: channelParams,
    etag: true,
    answers: { 200: publicChannelSchema },
  }),
  declareChannel: route({
    method: 'post',
    path: '/channels',
    tag,
    summary: 'Declare or change a channel',
    description: 'The body is an entry of `channels` in the YAML file. Secrets are never returned.',
    scope: 'write',
    audited: 'channel',
    body: channelDeclaration,
    changes: ['channels'],
    etag: true,
    preconditions: ['If-Match', 'If-None-Match'],
    answers: { 201: publicChannelSchema, 200: publicChannelSchema },
    problems: [409],
  }),
  deleteChannel: route({
    method: 'delete',
    path: '/channels/:channel',
    tag,
    summary: 'Remove a channel that no monitor or route names',
    scope: 'write',
    audited: 'channel',
    params: channelParams,
    changes: ['channels'],
    preconditions: ['If-Match'],
    answers: { 204: null },
    problems: [409],
  }),
  testChannel: route({
    method: 'post',
    path: '/channels/:channel/test',
    tag,
    summary: 'Send a test message, once',
    scope: 'write',
    audited: 'channel',
    params: channelParams,
    answers: {
      200: named(
        'ChannelTest',
        z.strictObject({
          delivered: z.boolean(),
          http_status: z.int().nullable(),
          latency_ms: z.int().nullable(),
          error: z.string().nullable(),
          message: z.string().describe('The response of the receiver, and what to do about it.'),
        }),
      ),
    },
  }),
}

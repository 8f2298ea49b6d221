import { z } from 'zod'
import { route } from './route.ts'
import { topicSchema } from './topics.ts'

export const eventRoutes = {
  getEvents: route({
    method: 'get',
    path: '/events',
    tag: 'Live',
    summary: 'Stream of changes',
    description:
      'Server-sent events named `invalidate`, whose data `{"topic": …, "model": …}` identify the queries to repeat; ' +
      'they contain nothing else. Without `model`, a change can concern any model. Topics: ' +
      `${topicSchema.options.map((topic) => `\`${topic}\``).join(', ')}. Equal events within half a second are combined. ` +
      'Events are not kept for clients that were disconnected: repeat all queries after connecting.',
    scope: 'read',
    streamed: 'text/event-stream',
    answers: { 200: z.string() },
  }),
}

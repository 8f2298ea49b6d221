import { z } from 'zod'
import { route } from './route.ts'
import { topicSchema } from './topics.ts'

export const eventRoutes = {
  getEvents: route({
    method: 'get',
    path: '/events',
    tag: 'Live',
    summary: 'What changes, as it changes',
    description:
      'Server-sent events called `invalidate`, whose data `{"topic": …, "model": …}` tell which queries to ask again; ' +
      'they hold nothing else. Without `model` a change may concern any. Topics: ' +
      `${topicSchema.options.map((topic) => `\`${topic}\``).join(', ')}. Equal events within half a second are one. ` +
      'Nothing is kept for those who were away: ask everything again once connected.',
    scope: 'read',
    streamed: 'text/event-stream',
    answers: { 200: z.string() },
  }),
}

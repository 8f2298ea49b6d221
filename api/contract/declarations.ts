import { z } from 'zod'
import { alertRouteSchema } from '../../store/declared/alert-route.ts'
import { channelSchema } from '../../store/declared/channel.ts'
import { modelSchema } from '../../store/declared/model.ts'
import { monitorSchema } from '../../store/declared/monitor.ts'
import { topicSchema } from '../../store/topic.ts'
import { route } from './route.ts'
import { named } from './shared.ts'

const warning = z.strictObject({
  monitor: z.string(),
  message: z
    .string()
    .describe('As the declaration of the monitor would answer. Holds names as they came: escape it.'),
})

export const declarationRoutes = {
  checkDeclarations: route({
    method: 'post',
    path: '/declarations/check',
    tag: 'Models',
    summary: 'Would these declarations be taken?',
    description:
      'Makes every check, against what is declared and stored, that declaring them in this order would make: models, ' +
      'channels, monitors, topics, routes. Nothing is stored. The first that would be refused is answered as ' +
      'its own declaration would be, with `declaration` beside.',
    scope: 'write',
    body: named(
      'Declarations',
      z.strictObject({
        models: z.array(modelSchema).default([]),
        channels: z.array(channelSchema).default([]),
        monitors: z.array(monitorSchema).default([]),
        topics: z.array(topicSchema).default([]),
        routes: z.array(alertRouteSchema).default([]),
      }),
    ),
    answers: { 200: named('CheckedDeclarations', z.strictObject({ warnings: z.array(warning) })) },
    problems: [409, 422],
  }),
}

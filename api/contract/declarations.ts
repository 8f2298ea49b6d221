import { z } from 'zod'
import { alertRouteSchema } from '../../control/declared/alert-route.ts'
import { channelSchema } from '../../control/declared/channel.ts'
import { experimentSchema } from '../../control/declared/experiment.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { sourceSchema } from '../../control/declared/sources/source.ts'
import { topicSchema } from '../../store/topic.ts'
import { route } from './route.ts'
import { named } from './shared.ts'

const warning = z.strictObject({
  monitor: z.string(),
  message: z
    .string()
    .describe('The warning that declaring the monitor would return. Contains unescaped names.'),
})

export const declarationRoutes = {
  checkDeclarations: route({
    method: 'post',
    path: '/declarations/check',
    tag: 'Models',
    summary: 'Check declarations without storing them',
    description:
      'Runs every check that declaring them would run against the declared and stored data, in this order: models, ' +
      'channels, monitors, topics, routes, experiments, sources. Nothing is stored. For the first one that would be refused, the response is ' +
      'the same as for its own declaration, with `declaration` added.',
    scope: 'write',
    body: named(
      'Declarations',
      z.strictObject({
        models: z.array(modelSchema).default([]),
        channels: z.array(channelSchema).default([]),
        monitors: z.array(monitorSchema).default([]),
        topics: z.array(topicSchema).default([]),
        routes: z.array(alertRouteSchema).default([]),
        experiments: z.array(experimentSchema).default([]),
        sources: z.array(sourceSchema).default([]),
      }),
    ),
    answers: { 200: named('CheckedDeclarations', z.strictObject({ warnings: z.array(warning) })) },
    problems: [409, 422],
  }),
}

import { z } from 'zod'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { mergePatchOf } from './merge-patch.ts'
import { resultSchema } from './results.ts'
import { route } from './route.ts'
import { etags, instantSchema, monitorParams, named, nextCursor, pageQuery, timeSchema } from './shared.ts'

/** In answers as in bodies: the declared form. */
export const monitorDeclaration = named('Monitor', monitorSchema)

const warningMessage = z.string().describe('Contains unescaped names.')

export const monitorWarning = named(
  'MonitorWarning',
  z.discriminatedUnion('code', [
    z.strictObject({
      code: z.literal('cyclic_column').describe('The column varies with the hour of the week.'),
      kind: z.string(),
      column: z.string(),
      effect: z
        .number()
        .describe('The largest effect of a window within the baseline, compared with the whole baseline.'),
      message: warningMessage,
    }),
    z.strictObject({
      code: z.literal('segments_not_counted').describe('The baseline is not split by the segment column.'),
      column: z.string(),
      message: warningMessage,
    }),
    z.strictObject({
      code: z
        .literal('log_loss_of_hard_scores')
        .describe('Scores of exactly 0 and 1 make the log loss uninformative.'),
      share: z.number().describe('Their share of the scores in the baseline.'),
      message: warningMessage,
    }),
    z.strictObject({
      code: z
        .literal('expected_by_other_metric')
        .describe('The metric of performance cannot be estimated, so expected performance has another one.'),
      message: warningMessage,
    }),
    z.strictObject({
      code: z
        .literal('expected_performance_unavailable')
        .describe('The baseline lacks what expected performance is estimated from.'),
      message: warningMessage,
    }),
    z.strictObject({
      code: z
        .literal('first_hours_too_short')
        .describe('The baseline that `retrain.activate_baseline` creates is shorter than the window.'),
      message: warningMessage,
    }),
  ]),
)

const declaredMonitor = named(
  'DeclaredMonitor',
  monitorSchema.extend({
    warnings: z.array(monitorWarning).describe('Unexpected behaviour of the monitor. It is declared anyway.'),
  }),
)

const tag = 'Monitors'

const windowSchema = z.strictObject({
  part: z.string().describe('Labels mature later, so they have separate windows.'),
  end: timeSchema.describe('Exclusive.'),
})

export const monitorRoutes = {
  listMonitors: route({
    method: 'get',
    path: '/monitors',
    tag,
    summary: 'Declared monitors, by name',
    scope: 'read',
    query: z.strictObject({
      model: z.string().optional(),
      ...pageQuery({ most: 1000, default: 100 }),
    }),
    answers: {
      200: named(
        'MonitorPage',
        z.strictObject({ monitors: z.array(monitorDeclaration), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  declareMonitor: route({
    method: 'post',
    path: '/monitors',
    tag,
    summary: 'Declare or change a monitor',
    description:
      'The body is an entry of `monitors` in the YAML file. Its model and channels must be declared.',
    scope: 'write',
    audited: 'monitor',
    body: monitorDeclaration,
    changes: ['monitors'],
    etag: true,
    preconditions: ['If-Match', 'If-None-Match'],
    answers: { 201: declaredMonitor, 200: declaredMonitor },
    problems: [409, 422],
  }),
  getMonitor: route({
    method: 'get',
    path: '/monitors/:monitor',
    tag,
    summary: 'The declaration of a monitor, with defaults',
    scope: 'read',
    params: monitorParams,
    etag: true,
    answers: { 200: monitorDeclaration },
  }),
  patchMonitor: route({
    method: 'patch',
    path: '/monitors/:monitor',
    tag,
    summary: 'Change parts of a declaration',
    scope: 'write',
    audited: 'monitor',
    params: monitorParams,
    body: named('MonitorPatch', mergePatchOf(monitorSchema)),
    changes: ['monitors'],
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: declaredMonitor },
    problems: [409, 422],
  }),
  deleteMonitor: route({
    method: 'delete',
    path: '/monitors/:monitor',
    tag,
    summary: 'Remove a monitor; its results and the history of its alerts stay',
    scope: 'write',
    audited: 'monitor',
    params: monitorParams,
    changes: ['monitors', 'alerts'],
    preconditions: ['If-Match'],
    answers: { 204: null },
  }),
  runMonitor: route({
    method: 'post',
    path: '/monitors/:monitor/run',
    tag,
    summary: 'Evaluate now, without alerts',
    description:
      'Evaluates the newest windows that are complete at `asOf` (default: now) and stores the results. Hours that changed since they were last counted are counted first. No alerts are raised.',
    scope: 'write',
    params: monitorParams,
    body: named('RunRequest', z.strictObject({ asOf: instantSchema.optional() })),
    bodyOptional: true,
    changes: ['results'],
    answers: {
      200: named(
        'RunOutcome',
        z.strictObject({ windows: z.array(windowSchema), results: z.array(resultSchema) }),
      ),
    },
    problems: [409, 422],
  }),
}

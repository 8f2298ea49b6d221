import { z } from 'zod'
import { alertRouteSchema } from '../../../control/declared/alert-route.ts'
import { nameSchema } from '../../../control/declared/model.ts'
import { mergePatchOf } from '../merge-patch.ts'
import { route } from '../route.ts'
import { etags, named, nextCursor, pageQuery } from '../shared.ts'

const declaration = named('RouteDeclaration', alertRouteSchema)
const answer = named(
  'Route',
  z.strictObject({
    name: z.string(),
    match: z.strictObject({
      models: z.array(z.string()).optional(),
      kinds: z.array(z.string()).optional(),
      severity: z.enum(['warning', 'critical']),
    }),
    channels: z.array(z.string()),
  }),
)

const params = z.strictObject({ route: nameSchema })
const tag = 'Channels'

export const alertRouteRoutes = {
  listRoutes: route({
    method: 'get',
    path: '/routes',
    tag,
    summary: 'Declared routes, by name',
    scope: 'read',
    query: z.strictObject(pageQuery({ most: 1000, default: 100 })),
    answers: {
      200: named('RoutePage', z.strictObject({ routes: z.array(answer), etags, next_cursor: nextCursor })),
    },
  }),
  declareRoute: route({
    method: 'post',
    path: '/routes',
    tag,
    summary: 'Declare or change a route',
    description: 'The body is an entry of `routes` in the YAML file. Its channels must be declared.',
    scope: 'write',
    audited: 'alert_route',
    body: declaration,
    changes: ['routes'],
    etag: true,
    preconditions: ['If-Match', 'If-None-Match'],
    answers: { 201: answer, 200: answer },
    problems: [409, 422],
  }),
  getRoute: route({
    method: 'get',
    path: '/routes/:route',
    tag,
    summary: 'The declaration of a route, with defaults',
    scope: 'read',
    params,
    etag: true,
    answers: { 200: answer },
  }),
  patchRoute: route({
    method: 'patch',
    path: '/routes/:route',
    tag,
    summary: 'Change a route',
    scope: 'write',
    audited: 'alert_route',
    params,
    body: named('RoutePatch', mergePatchOf(alertRouteSchema)),
    changes: ['routes'],
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: answer },
    problems: [422],
  }),
  deleteRoute: route({
    method: 'delete',
    path: '/routes/:route',
    tag,
    summary: 'Remove a route',
    scope: 'write',
    audited: 'alert_route',
    params,
    changes: ['routes'],
    preconditions: ['If-Match'],
    answers: { 204: null },
  }),
}

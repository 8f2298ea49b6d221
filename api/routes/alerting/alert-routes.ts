import { isDeepStrictEqual } from 'node:util'
import { alertRoutes, alertRouteSchema, type AlertRoute } from '../../../control/declared/alert-route.ts'
import { patched } from '../../body.ts'
import type { ApiContext } from '../../context.ts'
import type { alertRouteRoutes } from '../../contract/alerting/alert-routes.ts'
import { checkRoute } from '../../declare/check-route.ts'
import { declaredIn } from '../../declare/declared.ts'
import { mergePatch } from '../../contract/merge-patch.ts'
import { nameCursor, pageOfAll } from '../../paging.ts'
import { notFound } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** Routes: who is told of which alerts, beside the channels of their monitors. */
export const alertRouteHandlers: HandlersOf<typeof alertRouteRoutes> = (context) => {
  const { store, clock } = context
  const declare = async (route: AlertRoute, before: AlertRoute | undefined) => {
    await checkRoute(route, declaredIn(context))
    if (!isDeepStrictEqual(route, before)) await alertRoutes.put(store.control, route.name, route, clock())
    return route
  }
  return {
    async listRoutes({ query }) {
      const all = await alertRoutes.list(store.control)
      const { items, next_cursor } = pageOfAll(all, query, nameCursor, ({ name }) => [name])
      return { status: 200, body: { routes: items, next_cursor } }
    },
    async declareRoute({ body }) {
      const before = await alertRoutes.find(store.control, body.name)
      return { status: before === undefined ? 201 : 200, body: await declare(body, before) }
    },
    async patchRoute({ params, body }) {
      const before = await routeOr404(context, params.route)
      const route = patched(alertRouteSchema, mergePatch(before, body), before.name)
      return { status: 200, body: await declare(route, before) }
    },
    async deleteRoute({ params }) {
      const { name } = await routeOr404(context, params.route)
      await alertRoutes.remove(store.control, name)
      return { status: 204 }
    },
  }
}

async function routeOr404({ store }: ApiContext, name: string): Promise<AlertRoute> {
  const route = await alertRoutes.find(store.control, name)
  if (route === undefined) throw notFound(`route "${name}"`)
  return route
}

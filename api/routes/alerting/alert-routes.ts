import { alertRoutes, alertRouteSchema, type AlertRoute } from '../../../control/declared/alert-route.ts'
import type { alertRouteRoutes } from '../../contract/alerting/alert-routes.ts'
import { checkRoute } from '../../declare/check-route.ts'
import {
  declareDocument,
  documentOr404,
  patchDocument,
  removeDocument,
  type DocumentKind,
} from '../../declare/declare-document.ts'
import { declaredIn } from '../../declare/declared.ts'
import { pageOfDocuments } from '../../paging.ts'
import type { HandlersOf } from '../../router.ts'

const kind: DocumentKind<AlertRoute> = {
  noun: 'route',
  documents: alertRoutes,
  shown: (route) => route,
  check: (control, route) => checkRoute(route, declaredIn(control)),
}

/** Routes: who is told of which alerts, beside the channels of their monitors. */
export const alertRouteHandlers: HandlersOf<typeof alertRouteRoutes> = (context) => {
  const { store } = context
  return {
    async listRoutes({ query }) {
      const all = await alertRoutes.readAll(store.control)
      const { items, ...page } = pageOfDocuments(all, query, (route) => route)
      return { status: 200, body: { routes: items, ...page } }
    },
    async declareRoute({ body, request, commit }) {
      const asked = { name: body.name, request, commit, next: () => body }
      const { status, document, revision } = await declareDocument(context, kind, asked)
      return { status, body: document, revision }
    },
    async getRoute({ params }) {
      const { document, revision } = await documentOr404(context, kind, params.route)
      return { status: 200, body: document, revision }
    },
    async patchRoute({ params, body: patch, request, commit }) {
      const asked = { name: params.route, request, commit, schema: alertRouteSchema, patch }
      const { document, revision } = await patchDocument(context, kind, asked)
      return { status: 200, body: document, revision }
    },
    async deleteRoute({ params, request, commit }) {
      await removeDocument(kind, { name: params.route, request, commit })
      return { status: 204 }
    },
  }
}

import type { RequestHandler } from 'express'
import { receive, webhookSchema } from '../../../registry/webhook/receive.ts'
import { isSigned, plausible } from '../../../registry/webhook/verify.ts'
import type { ApiContext } from '../../context.ts'
import type { mlflowWebhookRoutes } from '../../contract/registry/webhook.ts'
import { checked, openBody, parseJson } from '../../request/body.ts'
import { notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'
import type { Request } from 'express'

type SignatureContext = Pick<ApiContext, 'mlflowWebhookSecret' | 'clock'>

/** Lets only requests pass that may be signed, before anything of the body is read. */
export function requireMlflowHeaders({ mlflowWebhookSecret, clock }: SignatureContext): RequestHandler {
  return (request, _response, next) => {
    if (mlflowWebhookSecret === undefined)
      throw notFound('webhook for MLflow, as MLFLOW_WEBHOOK_SECRET is not set')
    if (headersOf(request, clock()) === undefined) throw notSigned()
    next()
  }
}

/** What MLflow sends of its own accord. */
export const mlflowWebhookHandlers: HandlersOf<typeof mlflowWebhookRoutes> = (context) => ({
  async receiveMlflowWebhook({ request }) {
    const { store, models, clock, mlflowWebhookSecret: secret } = context
    const sent = await openBody(request, context)
    const headers = headersOf(request, clock())
    if (secret === undefined || headers === undefined || !isSigned(headers, sent, secret)) throw notSigned()
    const body = checked(webhookSchema, parseJson(sent))
    const asked = await receive(store.control, await models.list(), { id: headers.id, body, now: clock() })
    return { status: 200, body: { models: asked } }
  },
})

function headersOf(request: Request, now: Date) {
  const [id, timestamp, signature] = ['Delivery-Id', 'Timestamp', 'Signature'].map((name) =>
    request.get(`X-MLflow-${name}`),
  )
  return plausible({ id, timestamp, signature }, now)
}

/** The same whatever is wrong. */
const notSigned = () =>
  new Problem(
    401,
    'Signature required',
    'The request is not signed with MLFLOW_WEBHOOK_SECRET, or not within five minutes of now.',
  )

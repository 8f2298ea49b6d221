import { z } from 'zod'
import { webhookSchema } from '../../../registry/webhook/receive.ts'
import { route } from '../route.ts'
import { named } from '../shared.ts'

export const mlflowWebhookRoutes = {
  receiveMlflowWebhook: route({
    method: 'post',
    path: '/mlflow/webhook',
    tag: 'MLflow',
    summary: 'Have MLflow tell that an alias was moved',
    description:
      'The models that follow the one named in `data` are looked at within seconds. A delivery that was received before has no effect. ' +
      'Checks the signature that MLflow makes with `MLFLOW_WEBHOOK_SECRET`, in place of a key.',
    scope: 'write',
    ownToken: 'signature',
    rawBodies: { 'application/json': { description: 'An event of MLflow.', schema: webhookSchema } },
    answers: {
      200: named(
        'MlflowWebhookReceived',
        z.strictObject({ models: z.array(z.string()).describe('Models that will be looked at.') }),
      ),
    },
    problems: [404],
  }),
}

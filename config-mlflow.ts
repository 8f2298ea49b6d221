import { z } from 'zod'
import type { MlflowSettings } from './registry/mlflow/settings.ts'

const URI_HINT =
  'write it as https://host:port, or http, without user and password; these belong in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD'
const SECRET_HINT = 'use at least 16 characters; create one with "openssl rand -hex 24"'

const variablesSchema = z.object({
  MLFLOW_TRACKING_URI: z
    .url({ protocol: /^https?$/, error: URI_HINT })
    .refine(isPlain, URI_HINT)
    .transform((uri) => uri.replace(/\/+$/, ''))
    .optional(),
  MLFLOW_TRACKING_TOKEN: z.string().optional(),
  MLFLOW_TRACKING_USERNAME: z.string().optional(),
  MLFLOW_TRACKING_PASSWORD: z.string().optional(),
  MLFLOW_WEBHOOK_SECRET: z.string().min(16, SECRET_HINT).optional(),
  MLFLOW_WRITE_BACK: z.enum(['true', 'false'], 'write true or false').default('true'),
})

type Variables = z.output<typeof variablesSchema>

/** The settings of MLflow from variables of which none is empty; undefined without MLFLOW_TRACKING_URI. */
export const mlflowSchema = variablesSchema
  .superRefine((variables, context) => {
    for (const [name, message] of contradictions(variables))
      context.addIssue({ code: 'custom', path: [name], message })
  })
  .transform((variables): MlflowSettings | undefined => {
    const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token } = variables
    const { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = variables
    if (uri === undefined) return undefined
    return {
      uri,
      auth: token !== undefined ? { token } : username === undefined ? undefined : { username, password: password! }, // prettier-ignore
      webhookSecret: variables.MLFLOW_WEBHOOK_SECRET,
      writeBack: variables.MLFLOW_WRITE_BACK === 'true',
    }
  })

function* contradictions(variables: Variables): Generator<[name: keyof Variables, message: string]> {
  const { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = variables
  if (variables.MLFLOW_TRACKING_URI === undefined) {
    for (const name of [
      'MLFLOW_TRACKING_TOKEN',
      'MLFLOW_TRACKING_USERNAME',
      'MLFLOW_WEBHOOK_SECRET',
    ] as const)
      // prettier-ignore
      if (variables[name] !== undefined) yield [name, 'has no effect on its own; set MLFLOW_TRACKING_URI']
  }
  if (variables.MLFLOW_TRACKING_TOKEN !== undefined && username !== undefined)
    yield ['MLFLOW_TRACKING_TOKEN', 'set either a token, or a user name and password']
  if (username !== undefined && password === undefined)
    yield ['MLFLOW_TRACKING_PASSWORD', 'is required with MLFLOW_TRACKING_USERNAME']
  if (username === undefined && password !== undefined)
    yield ['MLFLOW_TRACKING_USERNAME', 'is required with MLFLOW_TRACKING_PASSWORD']
}

/** An address with more than a path would show a secret, or say something that no request repeats. */
function isPlain(uri: string): boolean {
  if (!URL.canParse(uri)) return false
  const { username, password, search, hash } = new URL(uri)
  return username + password + search + hash === ''
}

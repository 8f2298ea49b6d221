import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Dispatcher } from 'undici'
import type { Mailer } from '../alerts/channels/email/smtp.ts'
import type { Intake } from '../ingest/intake/intake.ts'
import type { SourceRunner } from '../ingest/sources/runner.ts'
import type { SourceSettings } from '../ingest/sources/settings.ts'
import type { TopicSources } from '../ingest/kafka/topic-sources.ts'
import type { ApiKeys } from '../control/declared/api-keys.ts'
import type { KeyUseLog } from '../control/declared/key-use-log.ts'
import type { Store } from '../store/engine/client.ts'
import { baselineOf } from '../control/declared/baseline-bindings.ts'
import { listBaselines, type Baseline } from '../control/declared/baselines.ts'
import type { Model } from '../control/declared/model.ts'
import type { Models } from '../store/models.ts'
import type { Retention } from '../domain/retention.ts'
import { monitors, type Monitor } from '../control/declared/monitor.ts'
import type { Backups } from './backups.ts'
import type { Routes } from './contract/routes.ts'
import type { Admission } from './request/admission.ts'
import type { Mlflow } from '../registry/mlflow/client.ts'
import type { Self } from './system/self.ts'
import type { Limits } from './request/limits.ts'
import type { Live } from './live.ts'
import { notFound, Problem } from './problem.ts'

export interface Readiness {
  /** Why the process cannot do its work now; empty when it can. */
  reasons: string[]
  /** What is wrong although it can do its work. */
  warnings: string[]
  /** Records in the topics that are not stored yet; undefined where it consumes none. */
  kafkaLag?: number | undefined
}

/** What the service is started with. */
export interface AppOptions {
  store: Store
  models: Models
  log: Logger
  /** Directory for bodies that must be files. */
  spool: string
  /** By default none. */
  limits?: Limits
  /** Keys with every scope; without any, no key is asked for. */
  apiKeys: readonly string[]
  /** Told of each use of a stored key; by default written by the app itself. */
  keyUses?: KeyUseLog
  /** What this process knows of itself, for `GET /system`. */
  self?: Self
  clock: () => Date
  readiness: () => Promise<Readiness>
  /** Operation ids of the routes to serve; by default all. */
  served?: readonly (keyof Routes)[]
  /** Takes records in; by default one of the app's own. */
  intake?: Intake
  /** What batch sources may read, and with what; by default nothing. */
  sourceSettings?: SourceSettings
  /** Runs batch sources; by default one of the app's own. */
  sourceRunner?: SourceRunner
  /** The topics that are read, to which dead letters can be given back; by default the declared ones. */
  topics?: TopicSources
  /** Whether a backup is made; by default one of the app's own. */
  backups?: Backups
  /** What `/metrics` tells. */
  registry?: Registry
  /** Keeps test messages to allowed addresses; by default to public ones. */
  dispatcher?: Dispatcher
  /** Sends test mail; without it there is no mail server. */
  mailer?: Mailer | undefined
  /** The MLflow server; without it models are neither imported nor followed. */
  mlflow?: Mlflow | undefined
  /** Whether aliases, tags and metrics are written to it. */
  mlflowWriteBack?: boolean
  /** What MLflow signs its webhooks with; without it none are taken. */
  mlflowWebhookSecret?: string | undefined
  /** Told of what changes; by default one of the app's own. */
  live?: Live
  /** Brings the counts of a model up to date; by default in this process. */
  countFirst?: (model: Model) => Promise<void>
  /** How long data are kept; by default for ever. */
  retention?: Retention
  /** Stored with results. */
  codeVersion?: string
  /** Directory of the built dashboard; without it there is none. */
  dashboard?: string
  /** Where users reach the service, if not at the address it listens on. */
  publicUrl?: string | undefined
  /** The address it listens on, once it does. */
  ownUrl?: () => string
}

/** What handlers work with. */
export interface ApiContext extends Required<
  Omit<
    AppOptions,
    | 'dashboard'
    | 'publicUrl'
    | 'served'
    | 'ownUrl'
    | 'mailer'
    | 'mlflow'
    | 'mlflowWriteBack'
    | 'mlflowWebhookSecret'
  >
> {
  mailer?: Mailer | undefined
  mlflow?: Mlflow | undefined
  mlflowWriteBack?: boolean
  mlflowWebhookSecret?: string | undefined
  keys: ApiKeys
  /** Memory for the JSON bodies of all requests but those of the intake. */
  bodies: Admission
  /** Where users and pipelines reach the service. */
  publicUrl: () => string
}

/** The model of that name. */
export async function modelOr404({ models }: Pick<ApiContext, 'models'>, name: string): Promise<Model> {
  const model = await models.find(name)
  if (model === undefined) throw notFound(`model "${name}"`)
  return model
}

/** The baseline that a version of the model is compared with, or the model itself where none is given. */
export async function baselineOr409(
  { store }: Pick<ApiContext, 'store'>,
  { name }: Model,
  version: string | undefined,
): Promise<Baseline> {
  const baseline = await baselineOf(store.control, name, version)
  if (baseline === undefined)
    throw new Problem(409, 'No baseline', `The model "${name}" has no active baseline and therefore no bins.`)
  return baseline
}

/** The monitor of that name. */
export async function monitorOr404({ store }: ApiContext, name: string): Promise<Monitor> {
  const monitor = await monitors.find(store.control, name)
  if (monitor === undefined) throw notFound(`monitor "${name}"`)
  return monitor
}

/** A stored baseline by its number. */
export async function storedBaselineOr404(
  context: ApiContext,
  model: string,
  version: number,
): Promise<Baseline> {
  const { name } = await modelOr404(context, model)
  const found = (await listBaselines(context.store.control, name)).find((one) => one.version === version)
  if (found === undefined) throw notFound(`baseline ${version} of model "${name}"`)
  return found
}

import { ConfigError, type Config, type Environment } from '../../config.ts'
import { fileFormat } from '../../ingest/files/file-format.ts'
import { createKafka } from '../../ingest/kafka/connect.ts'
import type { Store } from '../../store/engine/client.ts'
import { withApi } from '../client/api-client.ts'
import { withEngine } from '../client/engine.ts'
import { serviceUrl } from '../client/service-settings.ts'
import { listed } from '../compare/names.ts'
import { createLog } from '../../service/log.ts'
import { UnreadableFile } from '../../ingest/files/unreadable-file.ts'
import { printable } from '../shared/text.ts'
import { columnOption } from './columns.ts'
import type { Destination } from './destination.ts'
import { openLines } from '../../ingest/rows/line-rows.ts'
import type { ReplayOptions } from './options.ts'
import type { Report } from './report.ts'
import type { Source } from '../../ingest/rows/rows.ts'
import { openTable } from '../../ingest/rows/table-rows.ts'
import { sendToApi } from './to-api.ts'
import { openKafka } from './to-kafka.ts'

/** What tells one destination from another. */
export function targetOf(environment: Environment, config: Config, options: ReplayOptions): unknown {
  return options.to === 'kafka' ? [config.kafka?.brokers, topicsOf(config, options)] : serviceUrl(environment)
}

function topicsOf({ kafka }: Config, { topic, labelsTopic }: ReplayOptions) {
  return { predictions: topic ?? kafka?.predictionsTopic, labels: labelsTopic ?? kafka?.labelsTopic }
}

/** Does `work` with the destination, and with the store where this process has opened it. */
export async function withDestination<T>(
  environment: Environment,
  config: Config,
  options: ReplayOptions,
  { onWait }: Report,
  work: (destination: Destination, store: Store | undefined) => Promise<T>,
): Promise<T> {
  if (options.to === 'api') {
    return withApi(environment, async ({ api, store }) => {
      const destination = sendToApi(api, { onWait })
      // One that nobody declared is told before the file is read.
      if (options.model !== undefined) await destination.kindsOf?.(options.model)
      return work(destination, store)
    })
  }
  if (config.kafka === undefined)
    throw new ConfigError('--to kafka: set KAFKA_BROKERS to the host:port of a broker.')
  const kafka = createKafka(config.kafka, createLog('silent'))
  const destination = await openKafka(kafka, topicsOf(config, options), { onWait })
  try {
    return await work(destination, undefined)
  } finally {
    await destination.close()
  }
}

/** Does `work` with the rows of the file. Throws {@link ConfigError} where it cannot be read, also from within. */
export async function withSource<T>(
  environment: Environment,
  store: Store | undefined,
  file: string,
  { columns, model, kinds }: ReplayOptions,
  { kindsOf, needsModel }: Destination,
  report: Report,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const expected = { columns, needsModel: needsModel && model === undefined, stated: columnOption }
  const unreadable = (cause: unknown): never => {
    throw cause instanceof UnreadableFile ? new ConfigError(printable(`${file}: ${cause.message}`)) : cause
  }
  if (fileFormat(file)!.encoding === 'json') return openLines(file, expected).then(work).catch(unreadable)
  return withEngine(environment, store, async (workspace) => {
    const table = await openTable(workspace, file, { ...expected, model, kindsOf, kinds })
    try {
      if (table.nested.length > 0) report.note(`Nested values are not sent: ${listed(table.nested)}.`)
      return await work(table)
    } finally {
      await table.close()
    }
  }).catch(unreadable)
}

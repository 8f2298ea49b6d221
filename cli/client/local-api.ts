import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { createApp } from '../../api/app.ts'
import { createBackups } from '../../api/backups.ts'
import type { Config } from '../../config.ts'
import { createMlflow } from '../../registry/mlflow/client.ts'
import { parseAllowList } from '../../alerts/http/allow-list.ts'
import { createSafeAgent } from '../../alerts/http/safe-agent.ts'
import { createIntake } from '../../ingest/intake/intake.ts'
import { createSourceRunner } from '../../ingest/sources/runner.ts'
import { openTopicSources } from '../../ingest/kafka/topic-sources.ts'
import { openStore, type Store } from '../../store/engine/client.ts'
import { openModels } from '../../store/models.ts'
import { createLog } from '../../service/log.ts'
import { prepareStore } from '../../service/prepare-store.ts'
import { dataDirectories, keepPrivate } from '../../service/private-directories.ts'
import { CODE_VERSION } from '../../service/version.ts'
import type { ApiLocation } from './http.ts'

export interface LocalApi extends ApiLocation {
  store: Store
  close(): Promise<void>
}

/**
 * Opens the data directory and serves the very API of the service on a free port of the loopback interface, for
 * this process alone: it asks for a key that nobody else knows. Nothing runs on a schedule.
 */
export async function startLocalApi(config: Config): Promise<LocalApi> {
  const log = createLog(config.logLevel === 'silent' ? 'silent' : 'error')
  for (const warning of await keepPrivate(dataDirectories(config))) log.warn(warning)
  const store = await openStore(config.store, config.control, config)
  try {
    // That something was imported is said once, by whichever process did it.
    const importLog = createLog(config.logLevel)
    await prepareStore(store, { directory: dirname(config.spool), log: importLog, now: new Date() })
    await mkdir(config.spool, { recursive: true, mode: 0o700 })
    const backups = createBackups()
    const key = randomBytes(24).toString('hex')
    const mlflow = config.mlflow && createMlflow(config.mlflow)
    const dispatcher = createSafeAgent({ allow: parseAllowList(config.webhookAllow) })
    const intake = createIntake(store)
    const clock = () => new Date()
    const sourceRunner = createSourceRunner({
      ...{ store, intake, clock, dispatcher, settings: config.sources, limits: config.limits },
      spool: config.spool,
      onProgress: () => {},
      onFailure: (source, err) => log.error({ err, source }, 'a batch source was not run to its end'),
    })
    const app = createApp({
      store,
      models: openModels(store),
      log,
      spool: config.spool,
      apiKeys: [key],
      clock,
      intake,
      sourceRunner,
      topics: openTopicSources(config.kafka, store),
      sourceSettings: config.sources,
      limits: config.limits,
      dispatcher,
      readiness: async () => ({ reasons: [], warnings: [] }),
      codeVersion: CODE_VERSION,
      backups,
      retention: config.retention,
      mlflow,
    })
    const server = createServer(app)
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(0, '127.0.0.1', () => resolve()),
    )
    const { port } = server.address() as AddressInfo
    return {
      store,
      url: `http://127.0.0.1:${port}`,
      key,
      unreachable:
        'This process serves the API itself, so something on this machine blocks its loopback connection.',
      async close() {
        await new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        })
        await sourceRunner.stop()
        await dispatcher.destroy()
        await mlflow?.close()
        await backups.ended()
        await store.close()
      },
    }
  } catch (cause) {
    await store.close()
    throw cause
  }
}

import { dirname } from 'node:path'
import type { Environment } from '../../config.ts'
import { readConfig } from '../../config.ts'
import { modelDocuments } from '../../control/declared/model.ts'
import { readDeclarations } from '../../declare/declarations.ts'
import { createLog } from '../../service/log.ts'
import { parseRoles } from '../../service/roles.ts'
import { startService } from '../../service/service.ts'

/** What is still open when everything has stopped, or could not start, may close by itself for so long. */
const MAX_EXIT_MS = 1_000

/** Runs the service until SIGTERM or SIGINT. Returns the exit code. */
export async function serve(environment: Environment, roles: string): Promise<number> {
  const config = readConfig(environment)
  const declarations =
    config.declarations === undefined
      ? { models: [], monitors: [] }
      : readDeclarations(config.declarations, environment)
  const log = createLog(config.logLevel)
  const stopping = new AbortController()
  const stopped = stopSignal().then((signal) => {
    log.info({ signal }, 'stopping')
    stopping.abort()
  })
  try {
    const service = await startService({
      config,
      log,
      declarations,
      clock: () => new Date(),
      roles: parseRoles(roles, config.store),
      scheduled: true,
      signal: stopping.signal,
    })
    log.info(
      {
        url: service.url,
        roles,
        data: dirname(config.spool),
        models: (await modelDocuments.list(service.store.control)).length,
        keys: config.apiKeys.length,
      },
      'ready',
    )
    process.stdout.write(`ready: ${service.url}\n`)
    await stopped
    await service.stop()
  } catch (cause) {
    if (!stopping.signal.aborted || cause !== stopping.signal.reason) throw cause
  } finally {
    // What still runs by then, such as a connection to a broker that hangs, would keep the process for minutes.
    setTimeout(() => process.exit(), MAX_EXIT_MS).unref()
  }
  log.info('stopped')
  return 0
}

/** Resolves at the first stop signal; a second one ends the process at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM')
      resolve(signal)
    }
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  })
}

import type { Environment } from '../config.ts'
import { readConfig } from '../config.ts'
import { readDeclarations } from '../declare/declarations.ts'
import { createLog } from '../service/log.ts'
import { parseRoles } from '../service/roles.ts'
import { startService } from '../service/service.ts'

/** What is still open when everything has stopped may close by itself for so long. */
const MAX_EXIT_MS = 1_000

/** Runs the service until SIGTERM or SIGINT. Returns the exit code. */
export async function serve(environment: Environment, roles: string): Promise<number> {
  const config = readConfig(environment)
  const declarations =
    config.declarations === undefined
      ? { models: [], monitors: [] }
      : readDeclarations(config.declarations, environment)
  const log = createLog(config.logLevel)
  // Whatever still runs, once it has stopped or could not start, must not keep the process: a connection to a broker
  // that hangs would for minutes.
  const exitSoon = () => setTimeout(() => process.exit(), MAX_EXIT_MS).unref()
  const service = await startService({
    config,
    log,
    declarations,
    clock: () => new Date(),
    roles: parseRoles(roles, config.store),
    scheduled: true,
  }).catch((cause: unknown) => {
    exitSoon()
    throw cause
  })
  log.info(
    { url: service.url, roles, models: declarations.models.length, keys: config.apiKeys.length },
    'ready',
  )
  process.stdout.write(`ready: ${service.url}\n`)
  const signal = await stopSignal()
  log.info({ signal }, 'stopping')
  await service.stop()
  log.info('stopped')
  exitSoon()
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

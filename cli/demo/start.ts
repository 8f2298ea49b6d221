import { ConfigError, type Config } from '../../config.ts'
import { createLog } from '../../service/log.ts'
import { ROLES } from '../../service/roles.ts'
import { startService, type Service } from '../../service/service.ts'

const PORTS_TRIED = 20

/** The configured port, or the next free one. */
export async function startOnFreePort(config: Config, signal: AbortSignal): Promise<Service> {
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel)
  const declarations = { models: [], monitors: [] }
  for (let port = config.port; ; port++) {
    try {
      return await startService({
        // What is in the topics of whoever tries the demo is none of its business.
        config: { ...config, port, kafka: undefined },
        log,
        declarations,
        clock: () => new Date(),
        roles: new Set(ROLES),
        scheduled: false,
        signal,
      })
    } catch (cause) {
      if (!(cause instanceof ConfigError) || port >= config.port + PORTS_TRIED) throw cause
    }
  }
}

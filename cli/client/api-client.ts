import { readConfig, type Environment } from '../../config.ts'
import type { Store } from '../../store/engine/client.ts'
import { DirectoryInUse } from '../../store/engine/errors.ts'
import { announcedService, reachable } from '../../service/announcement.ts'
import { connectApi, type Api } from './http.ts'
import { serviceKey, serviceUrl } from './service-settings.ts'

export { Refusal, type Api } from './http.ts'

/** Where the API is that a command talks to. */
export interface ApiAccess {
  api: Api
  /** The store, when this process has opened it and serves the API itself. */
  store: Store | undefined
}

/**
 * Does `work` through the HTTP API, whoever serves it: the service at DRIFTGAUGE_URL where that is set; else the
 * one that is using the data directory; and when none is, this process for as long as the work takes.
 */
export async function withApi<T>(
  environment: Environment,
  work: (access: ApiAccess) => Promise<T>,
): Promise<T> {
  const url = serviceUrl(environment)
  if (url !== undefined) return withService(environment, url, 'Check DRIFTGAUGE_URL.', work)
  const config = readConfig(environment)
  const announced = await announcedService(config)
  if (announced !== undefined) return withService(environment, announced, 'Try again.', work)
  try {
    return await withOwnApi(environment, work)
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error
    const host = config.host.includes(':') ? `[${config.host}]` : config.host
    const advice =
      `${error.message.split('. ')[0]}, so this command must go through the service. ` +
      'Set DRIFTGAUGE_URL to its address. If another command is using the directory, wait for it to finish.'
    return withService(environment, reachable(`http://${host}:${config.port}`), advice, work)
  }
}

async function withOwnApi<T>(environment: Environment, work: (access: ApiAccess) => Promise<T>): Promise<T> {
  // Most commands find a service, and do not wait for all that would serve the API here.
  const { startLocalApi } = await import('./local-api.ts')
  const local = await startLocalApi(readConfig(environment))
  const api = connectApi(local)
  try {
    return await work({ api, store: local.store })
  } finally {
    await api.close()
    await local.close()
  }
}

async function withService<T>(
  environment: Environment,
  url: string,
  unreachable: string,
  work: (access: ApiAccess) => Promise<T>,
): Promise<T> {
  const api = connectApi({ url, key: serviceKey(environment), unreachable })
  try {
    return await work({ api, store: undefined })
  } finally {
    await api.close()
  }
}

import type { Environment } from '../../config.ts'
import type { Api } from './api-client.ts'

/** Does work through the API; what that takes is loaded only then, so that help and usage errors come at once. */
export async function withLazyApi(
  environment: Environment,
  work: (api: Api) => Promise<void>,
): Promise<void> {
  const { withApi } = await import('./api-client.ts')
  await withApi(environment, ({ api }) => work(api))
}

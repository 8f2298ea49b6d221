import type { System, systemRoutes } from '../../contract/operation/system.ts'
import type { HandlersOf } from '../../router.ts'
import { collectSystem } from '../../system/collect.ts'

/** The health of the service itself. Those who ask at once share an answer. */
export const systemHandlers: HandlersOf<typeof systemRoutes> = (context) => {
  let asking: Promise<System> | undefined
  return {
    async getSystem() {
      asking ??= collectSystem(context).finally(() => (asking = undefined))
      return { status: 200, body: await asking }
    },
  }
}

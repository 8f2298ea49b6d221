import { deleteOldData, findOldData, type OldData } from '../../store/retention/retention.ts'
import type { retentionRoutes } from '../contract/deletion/retention.ts'
import type { HandlersOf } from '../router.ts'

/** What is kept for how long, and the deletion of what is older. */
export const retentionHandlers: HandlersOf<typeof retentionRoutes> = ({ store, retention, clock }) => ({
  async getRetention() {
    return { status: 200, body: answerOf(await findOldData(store, retention, clock())) }
  },
  async applyRetention({ commit }) {
    const old = await findOldData(store, retention, clock())
    // First, so that the audit log knows of what a crash cuts off.
    await commit(() => Promise.resolve())
    await deleteOldData(store, old)
    return { status: 200, body: answerOf(old) }
  },
})

function answerOf({ models, service }: OldData) {
  return {
    models: models.map(({ model, kind, ...old }) => ({ model, kind, ...ageOf(old) })),
    service: service.map(({ kind, ...old }) => ({ kind, ...ageOf(old) })),
  }
}

const ageOf = ({
  keep,
  before,
  rows,
  oldest,
}: Pick<OldData['service'][number], 'keep' | 'before' | 'rows' | 'oldest'>) => ({
  keep,
  before: before?.toISOString() ?? null,
  rows,
  oldest: oldest?.toISOString() ?? null,
})

import { z } from 'zod'
import { listAudit } from '../../control/declared/audit.ts'
import type { auditRoutes } from '../contract/audit.ts'
import { decodeCursor, pageOf } from '../paging.ts'
import type { HandlersOf } from '../router.ts'

const position = z.tuple([z.int(), z.uuid()])

/** The audit log. */
export const auditHandlers: HandlersOf<typeof auditRoutes> = ({ store }) => ({
  async listAudit({ query: { limit, cursor, ...filter } }) {
    const after = decodeCursor(cursor, position)
    const found = await listAudit(store.control, { ...filter, after, limit: limit + 1 })
    const { items, next_cursor } = pageOf(found, limit, ({ at, id }) => [at.getTime(), id])
    const entries = items.map(({ at, requestId, before, after: then, ...entry }) => ({
      ...entry,
      at: at.toISOString(),
      request_id: requestId || null,
      before: before || null,
      after: then || null,
    }))
    return { status: 200, body: { entries, next_cursor } }
  },
})

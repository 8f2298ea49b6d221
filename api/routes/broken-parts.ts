import { brokenParts } from '../../store/engine/broken-parts.ts'
import { modelOfTable } from '../../store/events/silver.ts'
import type { brokenPartRoutes } from '../contract/overview.ts'
import type { HandlersOf } from '../router.ts'

/** What of the stored data is missing. */
export const brokenPartHandlers: HandlersOf<typeof brokenPartRoutes> = ({ store }) => ({
  async listBrokenParts() {
    const parts = await brokenParts(store)
    const answers = parts.map(({ table, name, month, rows, bytes, writtenAt }) => ({
      table,
      model: modelOfTable(table) ?? null,
      month: month ?? null,
      rows: rows ?? null,
      bytes,
      written_at: writtenAt.toISOString(),
      name,
    }))
    return { status: 200, body: { broken_parts: answers } }
  },
})

import { z } from 'zod'
import { listDeadLetters } from '../../store/dead-letters.ts'
import type { deadLetterRoutes } from '../contract/dead-letters.ts'
import { decodeCursor, encodeCursor } from '../paging.ts'
import type { HandlersOf } from '../router.ts'

const position = z.tuple([z.int(), z.string(), z.int(), z.int()])

/** What could not be read, newest first, with the reason. */
export const deadLetterHandlers: HandlersOf<typeof deadLetterRoutes> = ({ store }) => ({
  async listDeadLetters({ query: { model, limit, cursor } }) {
    const { letters, more } = await listDeadLetters(store, {
      model,
      limit,
      after: decodeCursor(cursor, position),
    })
    const last = letters.at(-1)
    const next =
      more && last !== undefined
        ? encodeCursor([Date.parse(last.received_at), last.source, last.partition, last.offset])
        : undefined
    return { status: 200, body: { dead_letters: letters, next_cursor: next } }
  },
})

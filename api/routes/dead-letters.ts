import { z } from 'zod'
import { replayDeadLetters, type ReplayOutcome } from '../../ingest/dead-letters/replay-dead-letters.ts'
import { groupDeadLetters } from '../../store/events/dead-letter-groups.ts'
import { deadLetterId, parseDeadLetterId } from '../../store/events/dead-letter-id.ts'
import {
  countDeadLetters,
  findDeadLetter,
  listDeadLetters,
  readDeadLetters,
  type StoredDeadLetter,
} from '../../store/events/read-dead-letters.ts'
import { toDeadLetter, toDeadLetterGroup } from '../answers/dead-letter.ts'
import type { ApiContext } from '../context.ts'
import type { deadLetterRoutes } from '../contract/dead-letters.ts'
import { decodeCursor, encodeCursor } from '../paging.ts'
import { notFound, notStored, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

const position = z.tuple([z.int(), z.string(), z.int(), z.int(), z.int()])
const place = z.tuple([z.string(), z.int(), z.int(), z.int()])

/** What could not be read, and taking it again. */
export const deadLetterHandlers: HandlersOf<typeof deadLetterRoutes> = (context) => {
  const { store } = context
  return {
    async listDeadLetters({ query: { cursor, ...query } }) {
      const { deadLetters, more } = await listDeadLetters(store, {
        ...query,
        after: decodeCursor(cursor, position),
      })
      const last = deadLetters.at(-1)
      const next =
        more && last !== undefined
          ? encodeCursor([last.receivedAt, last.source, last.partition, last.offset, last.stamp ?? 0])
          : undefined
      return { status: 200, body: { dead_letters: deadLetters.map(toDeadLetter), next_cursor: next } }
    },

    async groupDeadLetters({ query }) {
      const { groups, more } = await groupDeadLetters(store, query)
      return { status: 200, body: { groups: groups.map(toDeadLetterGroup), more } }
    },

    async replayDeadLetters({ body: { limit, cursor, ...filter } }) {
      const after = decodeCursor(cursor, place)
      const beyond = after && { source: after[0], partition: after[1], offset: after[2], stamp: after[3] }
      const { deadLetters, more } = await readDeadLetters(store, { ...filter, beyond, limit })
      const outcomes = await replay(context, deadLetters)
      const last = more ? deadLetters.at(-1) : undefined
      const replayed = outcomes.filter(({ status }) => status === 'replayed').length
      return {
        status: 200,
        body: {
          replayed,
          rejected: deadLetters.length - replayed,
          reasons: reasonsOf(deadLetters, outcomes),
          remaining: last === undefined ? 0 : await countDeadLetters(store, { ...filter, beyond: last }),
          next_cursor: last && encodeCursor([last.source, last.partition, last.offset, last.stamp ?? 0]),
        },
      }
    },

    async getDeadLetter({ params }) {
      const found = await deadLetterOr404(context, params.letter)
      if ('goneAt' in found)
        throw notFound(`dead letter "${params.letter}": it was replayed at ${isoOf(found.goneAt)}`)
      return { status: 200, body: toDeadLetter(found) }
    },

    async replayDeadLetter({ params: { letter: id } }) {
      const found = await deadLetterOr404(context, id)
      if ('goneAt' in found)
        return {
          status: 200,
          body: { id, outcome: 'replayed_before', reason: null, detail: `at ${isoOf(found.goneAt)}` },
        }
      const [outcome] = await replay(context, [found])
      if (outcome.status === 'replayed')
        return { status: 200, body: { id, outcome: 'replayed', reason: null, detail: null } }
      const { status, reason, detail } = outcome
      if (status === 'impossible') throw new Problem(409, 'Cannot be replayed', sentence(detail))
      return { status: 422, body: { id, outcome: 'rejected', reason, detail } }
    },
  }
}

const isoOf = (time: number) => new Date(time).toISOString()
const sentence = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}.`

async function deadLetterOr404({ store }: ApiContext, id: string) {
  const found = await findDeadLetter(store, parseDeadLetterId(id)!)
  if (found === undefined) throw notFound(`dead letter "${id}"`)
  return found
}

async function replay(
  context: ApiContext,
  deadLetters: readonly StoredDeadLetter[],
): Promise<ReplayOutcome[]> {
  const { store, intake, models, topics, clock } = context
  const findModel = (name: string) => models.find(name)
  try {
    return await replayDeadLetters({ store, intake, findModel, topics, now: clock() }, deadLetters)
  } catch (cause) {
    throw notStored(cause)
  }
}

interface Reason {
  reason: string
  letters: number
  id: string
  detail: string
}

function reasonsOf(deadLetters: readonly StoredDeadLetter[], outcomes: readonly ReplayOutcome[]): Reason[] {
  const reasons = new Map<string, Reason>()
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.status === 'replayed') continue
    const { reason, detail } = outcome
    const known = reasons.get(reason)
    if (known === undefined)
      reasons.set(reason, { reason, letters: 1, id: deadLetterId(deadLetters[i]), detail })
    else known.letters++
  }
  return [...reasons.values()]
}

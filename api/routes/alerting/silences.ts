import { DAY_MS } from '../../../domain/time.ts'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { silenceState } from '../../../alerts/muting/silence.ts'
import {
  findSilence,
  listSilences,
  putSilence,
  silenceHistory,
  type Silence,
} from '../../../control/alerting/silences.ts'
import { toSilence } from '../../answers/silence.ts'
import type { ApiContext } from '../../context.ts'
import type { silenceRoutes } from '../../contract/alerting/silences.ts'
import { pageOfAll } from '../../paging.ts'
import { invalid, notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** Well within the days that the outbox looks back, so that nothing a silence held back is forgotten. */
const MAX_DAYS = 90

/** Those that end last first, so times are negative. */
const position = z.tuple([z.number(), z.string()])
const positionOf = ({ end, id }: Silence): [number, string] => [-end.getTime(), id]

/** Silences: who mutes what, and until when. */
export const silenceHandlers: HandlersOf<typeof silenceRoutes> = (context) => {
  const { store, clock } = context
  const put = async (silence: Silence) => {
    checkTimes(silence)
    await putSilence(store.control, silence)
    return toSilence(silence, silence.changedAt)
  }
  return {
    async listSilences({ query: { state, ...page } }) {
      const now = clock()
      const all = (await listSilences(store.control)).filter(
        (silence) => state === undefined || silenceState(silence, now) === state,
      )
      const sorted = all.sort((a, b) => b.end.getTime() - a.end.getTime() || (a.id < b.id ? -1 : 1))
      const { items, next_cursor } = pageOfAll(sorted, page, position, positionOf)
      return { status: 200, body: { silences: items.map((silence) => toSilence(silence, now)), next_cursor } }
    },
    async getSilence({ params }) {
      const [silence, ...history] = await silenceHistory(store.control, params.silence)
      if (silence === undefined) throw notFound(`silence ${params.silence}`)
      const now = clock()
      const before = history.map((one) => toSilence(one, now))
      return { status: 200, body: { ...toSilence(silence, now), history: before } }
    },
    async createSilence({ body: { start, ...body } }) {
      const now = clock()
      const made = { createdAt: now, changedAt: now, changedBy: body.author, revision: 1 }
      const id = randomBytes(6).toString('hex')
      return { status: 201, body: await put({ id, ...body, start: start ?? now, ...made }) }
    },
    async patchSilence({ params, body: { author, ...change } }) {
      const silence = await openOr409(context, params.silence)
      const now = clock()
      if (
        change.start !== undefined &&
        silence.start <= now &&
        change.start.getTime() !== silence.start.getTime()
      )
        throw new Problem(409, 'Started', 'The silence has started, so its start cannot be changed.')
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const changed = { changedAt: now, changedBy: author, revision: silence.revision + 1 }
      return { status: 200, body: await put({ ...silence, ...given, ...changed }) }
    },
    async expireSilence({ params, body }) {
      const silence = await openOr409(context, params.silence)
      const now = clock()
      const start = silence.start < now ? silence.start : now
      const ended = { ...silence, start, end: now, changedAt: now, changedBy: body.author, revision: silence.revision + 1 } // prettier-ignore
      await putSilence(store.control, ended)
      return { status: 200, body: toSilence(ended, now) }
    },
  }
}

async function openOr409({ store, clock }: ApiContext, id: string): Promise<Silence> {
  const silence = await findSilence(store.control, id)
  if (silence === undefined) throw notFound(`silence ${id}`)
  if (silenceState(silence, clock()) === 'expired')
    throw new Problem(409, 'Ended', 'The silence has ended and cannot be changed. Create another one.')
  return silence
}

function checkTimes({ start, end, changedAt }: Silence): void {
  if (end <= changedAt) throw invalid('end', 'must be in the future')
  if (end <= start) throw invalid('end', 'must be after the start')
  if (end.getTime() > changedAt.getTime() + MAX_DAYS * DAY_MS)
    throw invalid('end', `at most ${MAX_DAYS} days from now; a silence can be extended while it is active`)
}

import { DAY_MS } from '../../../domain/time.ts'
import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import { silenceMatches, silenceState } from '../../../alerts/muting/silence.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import {
  findSilence,
  listSilences,
  putSilence,
  silenceHistory,
  type Silence,
} from '../../../control/alerting/silences.ts'
import type { Control } from '../../../control/database/control.ts'
import { toSilence } from '../../answers/silence.ts'
import { MAX_PREVIEWED, type silenceRoutes } from '../../contract/alerting/silences.ts'
import { pageOfAll } from '../../paging.ts'
import { entityTag, preconditionsOf, requireMet } from '../../request/preconditions.ts'
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
  return {
    async listSilences({ query: { state, ...page } }) {
      const now = clock()
      const all = (await listSilences(store.control)).filter(
        (silence) => state === undefined || silenceState(silence, now) === state,
      )
      const sorted = all.sort((a, b) => b.end.getTime() - a.end.getTime() || (a.id < b.id ? -1 : 1))
      const { items, next_cursor } = pageOfAll(sorted, page, position, positionOf)
      const etags = Object.fromEntries(items.map(({ id, revision }) => [id, entityTag(revision)]))
      const silences = items.map((silence) => toSilence(silence, now))
      return { status: 200, body: { silences, etags, next_cursor } }
    },
    async getSilence({ params }) {
      const [silence, ...history] = await silenceHistory(store.control, params.silence)
      if (silence === undefined) throw notFound(`silence ${params.silence}`)
      const now = clock()
      const before = history.map((one) => toSilence(one, now))
      const { revision } = silence
      return { status: 200, body: { ...toSilence(silence, now), history: before }, revision }
    },
    async previewSilence({ body }) {
      const known = (await currentAlerts(store.control, { scope: 'alert' })).flatMap((event) =>
        event.members.map((member) => ({ event, member })),
      )
      const open = known.filter(({ event }) => event.status === 'firing')
      const fits = ({ event, member }: (typeof known)[number]) => silenceMatches(body, event, member)
      const muted = open.filter(fits)
      const alertOf = ({ event: { model, monitor, kind } }: (typeof known)[number]) =>
        JSON.stringify([model, monitor, kind])
      const touched = new Set(muted.map(alertOf))
      return {
        status: 200,
        body: {
          firing: muted.length,
          beside: open.filter((one) => touched.has(alertOf(one)) && !fits(one)).length,
          earlier: known.filter((one) => one.event.status === 'resolved' && fits(one)).length,
          members: muted.slice(0, MAX_PREVIEWED).map(({ event: { model, monitor }, member }) => ({
            model,
            monitor,
            kind: member.kind,
            column: member.column,
            segment: member.segment,
            version: member.version,
            severity: member.severity,
          })),
        },
      }
    },
    async createSilence({ body: { start, ...body }, commit }) {
      const now = clock()
      const made = { createdAt: now, changedAt: now, changedBy: body.author, revision: 1 }
      const silence = { id: randomBytes(6).toString('hex'), ...body, start: start ?? now, ...made }
      checkTimes(silence)
      await commit((transaction) => putSilence(transaction, silence), silence.id)
      return { status: 201, body: toSilence(silence, now), revision: 1 }
    },
    async patchSilence({ params, body: { author, ...change }, request, commit }) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const asked = { id: params.silence, request, author, now: clock() }
      const changed = await commit((transaction) =>
        changeSilence(transaction, asked, () => given, checkChange),
      )
      return { status: 200, body: toSilence(changed, asked.now), revision: changed.revision }
    },
    async expireSilence({ params, body: { author }, request, commit }) {
      const now = clock()
      const asked = { id: params.silence, request, author, now }
      const end = ({ start }: Silence) => ({ start: start < now ? start : now, end: now })
      const ended = await commit((transaction) => changeSilence(transaction, asked, end))
      return { status: 200, body: toSilence(ended, now), revision: ended.revision }
    },
  }
}

interface Asked {
  id: string
  request: Request
  author: string
  now: Date
}

/** Changes fields of a silence that has not ended. */
async function changeSilence(
  transaction: Control,
  { id, request, author, now }: Asked,
  fieldsOf: (silence: Silence) => Partial<Silence>,
  check: (changed: Silence, before: Silence) => void = () => {},
): Promise<Silence> {
  const silence = await findSilence(transaction, id)
  if (silence === undefined) throw notFound(`silence ${id}`)
  const wanted = { ...silence, ...fieldsOf(silence) }
  const current = { revision: silence.revision, shown: toSilence(silence, now) }
  requireMet(preconditionsOf(request), `silence ${id}`, current, () => toSilence(wanted, now))
  if (silenceState(silence, now) === 'expired')
    throw new Problem(409, 'Ended', 'The silence has ended and cannot be changed. Create another one.')
  const changed = { ...wanted, changedAt: now, changedBy: author, revision: silence.revision + 1 }
  check(changed, silence)
  if (!(await putSilence(transaction, changed)))
    throw new Error(`silence ${id} changed during its own change`)
  return changed
}

function checkChange(changed: Silence, { start }: Silence): void {
  if (start <= changed.changedAt && changed.start.getTime() !== start.getTime())
    throw new Problem(409, 'Started', 'The silence has started, so its start cannot be changed.')
  checkTimes(changed)
}

function checkTimes({ start, end, changedAt }: Silence): void {
  if (end <= changedAt) throw invalid('end', 'must be in the future')
  if (end <= start) throw invalid('end', 'must be after the start')
  if (end.getTime() > changedAt.getTime() + MAX_DAYS * DAY_MS)
    throw invalid('end', `at most ${MAX_DAYS} days from now; a silence can be extended while it is active`)
}

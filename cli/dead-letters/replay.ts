import { Refusal, type Api } from '../client/api-client.ts'
import { escapeControls, printable } from '../shared/text.ts'
import { progressBar, type Progress } from '../shared/progress.ts'
import type { Filter } from './dead-letter.ts'

interface Reason {
  reason: string
  letters: number
  /** One of them. */
  id: string
  detail: string
}

/** The outcome for the dead letters. */
export interface Replayed {
  replayed: number
  rejected: number
  reasons: Reason[]
}

/** Replays the dead letters with these ids, or without ids all that match the filter, and prints the outcome. */
export async function replay(
  api: Api,
  ids: readonly string[],
  filter: Filter,
  json: boolean,
): Promise<Replayed> {
  const bar = progressBar()
  const outcome = await (
    ids.length > 0 ? replayEach(api, ids, bar) : replayMatching(api, filter, bar)
  ).finally(() => bar.stop())
  process.stdout.write(
    json
      ? `${escapeControls(JSON.stringify(outcome))}\n`
      : lines(outcome)
          .map((line) => `${line}\n`)
          .join(''),
  )
  return outcome
}

async function replayEach(api: Api, ids: readonly string[], bar: Progress): Promise<Replayed> {
  const rejections: Reason[] = []
  for (const [done, id] of ids.entries()) {
    bar.update(done, ids.length, id)
    try {
      await api.post(`/dead-letters/${encodeURIComponent(id)}/replay`)
    } catch (error) {
      // Another one may fare better.
      if (!(error instanceof Refusal) || !(error.status in REFUSALS)) throw error
      const { reason } = error.body
      rejections.push({
        reason: typeof reason === 'string' ? reason : REFUSALS[error.status],
        letters: 1,
        id,
        detail: error.message,
      })
    }
  }
  return { replayed: ids.length - rejections.length, rejected: rejections.length, reasons: rejections }
}

/** Statuses that tell of one dead letter; 422 comes with a reason of its own. */
const REFUSALS: Record<number, string> = { 404: 'not_found', 409: 'cannot_be_replayed', 422: 'rejected' }

interface Page extends Replayed {
  remaining: number
  next_cursor?: string | null
}

async function replayMatching(api: Api, filter: Filter, bar: Progress): Promise<Replayed> {
  const total = { replayed: 0, rejected: 0 }
  const reasons = new Map<string, Reason>()
  let cursor: string | null | undefined
  do {
    const page = await api.post<Page>('/dead-letters/replay', {
      ...filter,
      ...(cursor == null ? {} : { cursor }),
    })
    total.replayed += page.replayed
    total.rejected += page.rejected
    for (const found of page.reasons) {
      const known = reasons.get(found.reason)
      if (known === undefined) reasons.set(found.reason, found)
      else known.letters += found.letters
    }
    const done = total.replayed + total.rejected
    bar.update(done, done + page.remaining, `${total.replayed} replayed, ${total.rejected} rejected again`)
    cursor = page.next_cursor
  } while (cursor != null)
  return { ...total, reasons: [...reasons.values()].sort((a, b) => b.letters - a.letters) }
}

function lines({ replayed, rejected, reasons }: Replayed): string[] {
  if (replayed + rejected === 0) return ['No matching dead letters.']
  return [
    `${replayed} replayed, ${rejected} rejected again${rejected > 0 ? ' and kept as dead letters:' : '.'}`,
    ...reasons.map(({ reason, letters, id, detail }) => {
      const example = letters === 1 ? id : `${letters}, such as ${id}`
      return `  ${printable(reason)} (${printable(example)}): ${printable(detail)}`
    }),
  ]
}

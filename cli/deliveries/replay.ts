import { Refusal, type Api } from '../client/api-client.ts'
import { printable } from '../shared/text.ts'
import { findDeliveries } from './list.ts'

/** The most that the API lists at once. */
const MAX_REPLAYED = 1000

/** Retries abandoned deliveries, or without ids all of them, and prints the outcome. Returns how many were refused. */
export async function replay(api: Api, ids: readonly string[], json: boolean): Promise<number> {
  const wanted =
    ids.length > 0 ? ids : (await findDeliveries(api, 'given_up', MAX_REPLAYED)).map(({ id }) => id)
  const refused: { id: string; detail: string }[] = []
  for (const id of wanted) {
    try {
      await api.post(`/deliveries/${encodeURIComponent(id)}/replay`)
    } catch (error) {
      // Another one may fare better.
      if (!(error instanceof Refusal) || ![404, 409].includes(error.status)) throw error
      refused.push({ id, detail: error.message })
    }
  }
  const replayed = wanted.length - refused.length
  const lines = [
    wanted.length === 0
      ? 'No abandoned deliveries.'
      : `${replayed} queued to be sent again, ${refused.length} not.`,
    ...refused.map(({ id, detail }) => `  ${id}: ${printable(detail)}`),
  ]
  process.stdout.write(
    json ? `${JSON.stringify({ replayed, refused })}\n` : lines.map((line) => `${line}\n`).join(''),
  )
  return refused.length
}

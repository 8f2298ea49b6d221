import type { Store } from '../../store/engine/client.ts'
import { findOtherHalves, insertHalves, type Half, type HalfPart } from '../../store/events/halves.ts'
import { exactJson, parseExactJson } from '../json/exact-json.ts'
import { toJson } from '../decode/fields.ts'
import { reject } from '../decode/outcome.ts'
import type { RawRecord } from './pipeline.ts'

/** A complete exchange: a prediction in our own shape for each of its instances, or why there is none. */
export interface Joined {
  model: string
  /** Of the exchange. */
  id: string
  records: RawRecord[]
}

const TEXT = { write: exactJson, read: parseExactJson }

type Exchange = Partial<Record<HalfPart, Half>>

/**
 * Joins requests and responses. What does not find its other half among `halves` is stored, and only then are the
 * others looked for: of two processes that have a half each, the one that comes second finds both. Both may, and a
 * half may be delivered again; an exchange that comes out twice makes the same predictions, with the same id and time.
 */
export async function joinHalves(store: Store, halves: readonly Half[], now: Date): Promise<Joined[]> {
  const exchanges = new Map<string, Exchange>()
  for (const half of halves) {
    const exchange = exchanges.get(keyOf(half)) ?? {}
    exchange[half.part] = half
    exchanges.set(keyOf(half), exchange)
  }
  const waiting = [...exchanges.values()].flatMap(({ request, response }) =>
    request !== undefined && response !== undefined ? [] : [(request ?? response)!],
  )
  await insertHalves(store, waiting, now, TEXT)
  for (const half of await findOtherHalves(store, waiting, TEXT)) {
    // Another model may have an exchange of the same id.
    const exchange = exchanges.get(keyOf(half))
    if (exchange !== undefined) exchange[half.part] ??= half
  }
  return [...exchanges.values()].flatMap(({ request, response }) =>
    request === undefined || response === undefined ? [] : [join(request, response)],
  )
}

/** No model has a space in its name. */
const keyOf = ({ model, id }: Half) => `${model} ${id}`

function join(request: Half, response: Half): Joined {
  const { model, id, ts } = request
  const instances = request.rows.length
  if (response.rows.length !== instances) {
    const detail = `the request has ${instances} instances, but the response has ${response.rows.length}`
    const raw = toJson({ request, response })
    return { model, id, records: [{ rejection: reject('bad_mapping', detail), raw }] }
  }
  const records = request.rows.map((features, i): RawRecord => {
    const fault = request.faults?.[i] ?? response.faults?.[i]
    if (fault !== undefined) {
      const raw = toJson({ request: features, response: response.rows[i] })
      return { rejection: reject('bad_mapping', `instance ${i}: ${fault}`), raw }
    }
    const value = {
      id: instances === 1 ? id : `${id}/${i}`,
      ts: new Date(ts).toISOString(),
      version: response.version ?? request.version,
      features,
      ...response.rows[i],
    }
    return { value }
  })
  return { model, id, records }
}

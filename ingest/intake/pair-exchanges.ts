import type { Store } from '../../store/engine/client.ts'
import {
  findCounterparts,
  insertInferenceLogs,
  type InferenceLog,
  type ExchangePart,
} from '../../store/events/inference-logs.ts'
import { exactJson, parseExactJson } from '../json/exact-json.ts'
import { toJson } from '../decode/fields.ts'
import { refusedByStore, reject, type Rejection } from '../decode/outcome.ts'
import { insertAccepted } from './insert-accepted.ts'
import type { RawRecord } from './raw-record.ts'

/** A complete exchange: a prediction in our own shape for each of its instances, or why there is none. */
export interface Exchange {
  model: string
  /** Of the exchange. */
  id: string
  records: RawRecord[]
}

/** What became of logs; the others wait for their counterparts. */
export interface PairedLogs {
  exchanges: Exchange[]
  refused: { log: InferenceLog; rejection: Rejection }[]
}

const TEXT = { write: exactJson, read: parseExactJson }

type Sides = Partial<Record<ExchangePart, InferenceLog>>

/**
 * Pairs requests with their responses. A log without its counterpart among `logs` is stored, and only then is the
 * counterpart looked for: of two processes with one log each, the second finds both. Both may find them, and a log may
 * be delivered again: an exchange that comes out twice makes the same predictions, with the same id and time.
 */
export async function pairExchanges(
  store: Store,
  logs: readonly InferenceLog[],
  now: Date,
): Promise<PairedLogs> {
  const exchanges = new Map<string, Sides>()
  for (const log of logs) {
    const exchange = exchanges.get(keyOf(log)) ?? {}
    exchange[log.part] = log
    exchanges.set(keyOf(log), exchange)
  }
  const waiting = [...exchanges.values()].flatMap(({ request, response }) =>
    request !== undefined && response !== undefined ? [] : [(request ?? response)!],
  )
  const refused = await insertAccepted(waiting.length, (from, to) =>
    insertInferenceLogs(store, waiting.slice(from, to), now, TEXT),
  )
  for (const log of await findCounterparts(store, waiting, TEXT)) {
    // Another model may have an exchange of the same id.
    const exchange = exchanges.get(keyOf(log))
    if (exchange !== undefined) exchange[log.part] ??= log
  }
  return {
    exchanges: [...exchanges.values()].flatMap(({ request, response }) =>
      request === undefined || response === undefined ? [] : [recordsOf(request, response)],
    ),
    refused: refused.map(({ index, message }) => ({
      log: waiting[index],
      rejection: refusedByStore(message),
    })),
  }
}

/** No model has a space in its name. */
const keyOf = ({ model, id }: InferenceLog) => `${model} ${id}`

function recordsOf(request: InferenceLog, response: InferenceLog): Exchange {
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

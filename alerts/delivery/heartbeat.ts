import type { Dispatcher } from 'undici'
import { callHttp } from '../http/http.ts'
import type { Log } from './log.ts'

export interface HeartbeatRequest {
  url: string
  dispatcher: Dispatcher
  now: Date
  log: Log
  signal?: AbortSignal | undefined
}

/** Tells the watcher's watcher that a tick was done. Never throws: a failure is logged, the next tick calls again. */
export async function sendHeartbeat({ log, ...call }: HeartbeatRequest): Promise<void> {
  const outcome = await callHttp({ ...call, method: 'GET', headers: { 'user-agent': 'driftgauge' } })
  if (outcome.status === 'delivered' || outcome.status === 'aborted') return
  // The path of such a URL is often its secret, so it is not logged.
  log.warn({ httpStatus: outcome.httpStatus, error: outcome.error }, 'the heartbeat was not received')
}

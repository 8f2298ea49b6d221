import type { Dispatcher } from 'undici'
import { callHttp, type SendOutcome } from '../../alerts/http/http.ts'
import { nextAttempt } from '../../alerts/http/retry.ts'
import { isRecord, parseJson } from '../../domain/json.ts'
import { owedReport, type Report } from './report.ts'
import type { RunnerRecord } from './record.ts'
import type { StateDirectory } from './state-directory.ts'
import type { Tell } from './tell.ts'
import type { RunEvent } from './transition.ts'

export interface ReporterContext {
  state: StateDirectory
  dispatcher: Dispatcher
  clock: () => Date
  random: () => number
  tell: Tell
  /** Tells what an answer says of the request itself. */
  apply(id: string, event: RunEvent): void
}

export interface Reporter {
  /** Sees to it that the service hears of the request, if there is anything new. Returns at once. */
  wake(id: string): void
  /** Reports what runs once more: the answer says if nobody wants it any longer. */
  remind(): void
  /** Tries once more what is not reported yet, for no longer than this. What remains is reported by the next runner. */
  stop(graceMs: number): Promise<void>
}

/** Reports each request by itself, until the service has answered or 24 hours have passed. */
export function createReporter(context: ReporterContext): Reporter {
  const { state, clock, tell } = context
  const waking = new Map<string, () => void>()
  const running = new Map<string, Promise<void>>()
  const aborting = new AbortController()
  let stopping = false

  const update = (id: string, change: Partial<RunnerRecord>) => state.save({ ...state.find(id)!, ...change })
  const settle = (id: string, { status }: Report) =>
    update(id, { reported: status, reportingSince: undefined })

  /** Undefined ends the attempts, else the time of the next one. */
  function digest(id: string, report: Report, outcome: SendOutcome, attempt: number): Date | undefined {
    const now = clock()
    if (outcome.status === 'aborted') return undefined
    if (outcome.status === 'delivered') {
      tell(id, `reported ${report.status}`)
      settle(id, report)
      return now
    }
    const { error, httpStatus } = outcome
    if (outcome.status === 'refused') {
      tell(id, `the service refused the report "${report.status}": ${error}`)
      if (httpStatus === 422 && report.baseline !== undefined) {
        context.apply(id, { type: 'baseline_refused', reason: `The baseline was refused: ${error}` })
        return now
      }
      settle(id, report)
      if (httpStatus === 409) context.apply(id, { type: 'cancelled', reason: error })
      return now
    }
    const firstAttemptAt = new Date(state.find(id)!.reportingSince!)
    const { retryAfter } = outcome
    const next = nextAttempt({ attempt, firstAttemptAt, now, random: context.random(), retryAfter })
    if (next === undefined) {
      tell(id, `gave up reporting "${report.status}" after 24 hours: ${error}`)
      settle(id, report)
      return now
    }
    tell(id, `could not report "${report.status}": ${error}; trying again at ${next.toISOString()}`)
    return next
  }

  async function work(id: string): Promise<void> {
    let last: Report['status'] | undefined
    let attempt = 0
    for (;;) {
      const record = state.find(id)!
      const report = owedReport(record)
      if (report === undefined) return
      attempt = report.status === last ? attempt + 1 : 1
      last = report.status
      if (record.reportingSince === undefined) update(id, { reportingSince: clock().toISOString() })
      const outcome = await post(record, report)
      const next = digest(id, report, outcome, attempt)
      if (next === undefined || (stopping && next > clock())) return
      await pause(id, next.getTime() - clock().getTime())
    }
  }

  const post = ({ callback }: RunnerRecord, report: Report) =>
    callHttp({
      url: callback.url,
      method: 'POST',
      headers: {
        authorization: `Bearer ${callback.token}`,
        'content-type': 'application/json',
        'user-agent': 'driftgauge-retrain-runner',
      },
      body: JSON.stringify(report),
      dispatcher: context.dispatcher,
      now: clock(),
      signal: aborting.signal,
      explain: explanation,
    })

  async function pause(id: string, milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      waking.set(id, () => {
        clearTimeout(timer)
        resolve()
      })
    })
    waking.delete(id)
  }

  function wake(id: string): void {
    if (running.has(id)) return waking.get(id)?.()
    const ended = work(id).finally(() => {
      running.delete(id)
      // What changed while the last answer was digested.
      if (!stopping && owedReport(state.find(id)!) !== undefined) wake(id)
    })
    running.set(id, ended)
  }

  return {
    wake,
    remind() {
      const told = state
        .all()
        .filter(({ state: { status }, reported }) => status === 'running' && reported === status)
      for (const { id } of told) {
        update(id, { reported: undefined })
        wake(id)
      }
    },
    async stop(graceMs) {
      stopping = true
      for (const wake of waking.values()) wake()
      const timer = setTimeout(() => aborting.abort(), graceMs)
      await Promise.all(running.values())
      clearTimeout(timer)
    },
  }
}

/** The sentence of a problem document. */
function explanation(answer: string): string | undefined {
  const problem = parseJson(answer)
  if (!isRecord(problem)) return undefined
  return [problem.detail, problem.title].find((one) => typeof one === 'string')
}

import { DEFAULT_POLICY, type AlertPolicy } from '../../alerts/state/policy.ts'
import { isBreaching, isDecided, type WindowVerdict } from '../../alerts/state/window-verdict.ts'
import type { MemberVerdict } from '../../domain/verdict.ts'
import { transition, type MemberState } from '../../alerts/state/transition.ts'

const HOUR_MS = 3_600_000

export interface Stepped {
  /** No member fired before this window, and now one does: a new alert. */
  alerts: boolean
  /** Indices of the members that begin to fire. */
  fired: number[]
  /** Whether any member fires. */
  firing: boolean
}

/** The alert of one monitor and kind of drift: each column's verdicts go through the service's transition. */
export class Members {
  readonly #states: MemberState[]
  readonly #recent: WindowVerdict[][]
  readonly #policy: AlertPolicy
  readonly #kept: number
  #firing = 0

  constructor(members: number, policy = DEFAULT_POLICY) {
    this.#policy = policy
    this.#kept = Math.max(policy.fire.m, policy.resolve)
    this.#states = Array.from({ length: members }, () => ({ status: 'ok' }))
    this.#recent = Array.from({ length: members }, () => [])
  }

  /** Takes every column one window on. */
  step(hour: number, verdicts: readonly MemberVerdict[]): Stepped {
    const before = this.#firing
    const fired: number[] = []
    for (let i = 0; i < verdicts.length; i++) if (this.#stepMember(i, hour, verdicts[i])) fired.push(i)
    return { alerts: before === 0 && this.#firing > 0, fired, firing: this.#firing > 0 }
  }

  #stepMember(i: number, hour: number, verdict: MemberVerdict): boolean {
    const last = this.#states[i]
    const earlier = this.#recent[i]
    // What is well and was well stays well: nothing follows, as in the service.
    if (verdict === 'ok' && last.status === 'ok' && earlier.length === 0) return false
    const current: WindowVerdict = { windowEnd: new Date(hour * HOUR_MS), verdict }
    const { next, event } = transition({ recent: [...earlier, current], last, policy: this.#policy })
    const recent = isDecided(current) ? [...earlier, current].slice(-this.#kept) : earlier
    this.#recent[i] = next.status === 'ok' && !recent.some(isBreaching) ? [] : recent
    this.#states[i] = next
    this.#firing += Number(next.status === 'firing') - Number(last.status === 'firing')
    return event?.reason === 'firing'
  }
}

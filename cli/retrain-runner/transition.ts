import type { RunState, StartedProcess } from './record.ts'

export type Outcome = Extract<RunState, { status: 'succeeded' | 'failed' }>

export type RunEvent =
  | { type: 'begun'; at: Date }
  | { type: 'spawned'; process: StartedProcess }
  | { type: 'ended'; outcome: Outcome }
  | { type: 'cancelled'; reason: string }
  /** The service takes the version, but not its baseline. */
  | { type: 'baseline_refused'; reason: string }

/** Where a request stands after an event; undefined where the event changes nothing, such as an end after the end. Pure. */
export function transition(state: RunState, event: RunEvent): RunState | undefined {
  switch (event.type) {
    case 'begun':
      return state.status === 'queued' ? { status: 'running', startedAt: event.at.toISOString() } : undefined
    case 'spawned':
      return state.status === 'running' ? { ...state, process: event.process } : undefined
    case 'ended':
      return state.status === 'running' ? event.outcome : undefined
    case 'cancelled':
      return state.status === 'queued' || state.status === 'running'
        ? { status: 'cancelled', reason: event.reason }
        : undefined
    case 'baseline_refused':
      return state.status === 'succeeded' && state.baseline !== undefined
        ? { status: 'succeeded', version: state.version, message: event.reason }
        : undefined
  }
}

export type Recovery =
  | { kind: 'wait' }
  | { kind: 'adopt'; process: StartedProcess }
  | { kind: 'conclude' }
  | { kind: 'fail' }
  | { kind: 'nothing' }

/** What a runner that starts does with a request that an earlier one has left. Pure. */
export function recovery(state: RunState, isAlive: (process: StartedProcess) => boolean): Recovery {
  if (state.status === 'queued') return { kind: 'wait' }
  if (state.status !== 'running') return { kind: 'nothing' }
  // Killed between the two steps of a start: whether the command runs cannot be known.
  if (state.process === undefined) return { kind: 'fail' }
  return isAlive(state.process) ? { kind: 'adopt', process: state.process } : { kind: 'conclude' }
}

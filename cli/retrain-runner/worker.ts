import type { Environment } from '../../config.ts'
import { adoptChild, killGroup, startChild, type Child } from './child.ts'
import { conclude, mayHaveSucceeded, type Ending, type Registered } from './conclude.ts'
import { commandLine, type Job } from './job.ts'
import { isAlive } from './process-identity.ts'
import { readSmall, readTail } from './read-files.ts'
import { readResult } from './result.ts'
import type { RunnerRecord } from './record.ts'
import { rmSync } from 'node:fs'
import type { StateDirectory } from './state-directory.ts'
import type { Tell } from './tell.ts'
import { recovery, transition, type RunEvent } from './transition.ts'

export interface WorkerContext {
  state: StateDirectory
  job: Job
  environment: Environment
  timeout: { text: string; milliseconds: number }
  /** How long a command may take to end when it is told to. */
  killGraceMs: number
  clock: () => Date
  tell: Tell
  /** The version that a training has registered with MLflow. */
  findVersion(id: string, startedAt: Date, onlyTagged: boolean): Promise<Registered>
  /** Called whenever there is something new to report. */
  changed(id: string): void
}

export interface Worker {
  /** Goes on with what an earlier runner has left. */
  resume(): void
  /** Runs what is queued, one after the other. Returns at once. */
  wake(): void
  /** Moves a request on, and ends its command if the service wants it no longer. */
  apply(id: string, event: RunEvent): void
  /** Ends the command that runs. What is queued waits for the next runner. */
  stop(): Promise<void>
}

/** Runs the commands, one at a time, in the order in which the requests came. */
export function createWorker(context: WorkerContext): Worker {
  const { state, tell, clock } = context
  let current: { id: string; interrupt: (ending: Ending) => void } | undefined
  let working: Promise<void> | undefined
  let stopping = false

  function apply(id: string, event: RunEvent): void {
    const record = state.find(id)!
    const next = transition(record.state, event)
    if (next === undefined) return
    const isNews = next.status !== record.state.status || event.type === 'baseline_refused'
    state.save({ ...record, state: next, ...(isNews && { reportingSince: undefined }) })
    if (next.status === 'cancelled') tell(id, `cancelled: ${next.reason}`)
    if (event.type === 'cancelled' && current?.id === id) current.interrupt({ how: 'stopped' })
    if (isNews) context.changed(id)
  }

  async function run(record: RunnerRecord, adopted?: Child): Promise<void> {
    const { id } = record
    const child = adopted ?? start(record)
    const { state: now } = state.find(id)!
    const startedAt = now.status === 'running' ? new Date(now.startedAt) : clock()
    const ending = await endOf(id, child, startedAt)
    await finish(id, startedAt, ending)
  }

  function start(record: RunnerRecord): Child {
    const { id } = record
    const files = state.files(id)
    apply(id, { type: 'begun', at: clock() })
    rmSync(files.result, { force: true })
    const line = commandLine(context.job, record, files, context.environment)
    tell(id, `runs ${JSON.stringify([line.file, ...line.args])}, log: ${files.log}`)
    const child = startChild(line, files.log)
    if (child.process !== undefined) apply(id, { type: 'spawned', process: child.process })
    return child
  }

  /** Waits until the command has ended, or ends it. */
  async function endOf(id: string, child: Child, startedAt: Date): Promise<Ending> {
    const { text: after, milliseconds } = context.timeout
    const left = startedAt.getTime() + milliseconds - clock().getTime()
    let timer: NodeJS.Timeout | undefined
    const interrupted = new Promise<Ending>((resolve) => {
      current = { id, interrupt: resolve }
      timer = setTimeout(() => resolve({ how: 'timed_out', after }), Math.max(0, left))
      if (stopping || state.find(id)!.state.status === 'cancelled') resolve({ how: 'stopped' })
    })
    const ending = await Promise.race([child.ended, interrupted])
    clearTimeout(timer)
    current = undefined
    if ((ending.how === 'timed_out' || ending.how === 'stopped') && child.process !== undefined) {
      tell(id, ending.how === 'timed_out' ? `stops the command after ${after}` : 'stops the command')
      if (isAlive(child.process)) await killGroup(child.process, context.killGraceMs)
    }
    return ending
  }

  async function finish(id: string, startedAt: Date, ending: Ending): Promise<void> {
    if (state.find(id)!.state.status === 'cancelled') return
    const files = state.files(id)
    const result = readResult(readSmall(files.result))
    const registered: Registered =
      mayHaveSucceeded(ending) && result.found === 'none'
        ? await context.findVersion(id, startedAt, ending.how === 'unknown')
        : { found: 'unasked' }
    const outcome = conclude(ending, result, registered, readTail(files.log))
    const said =
      outcome.status === 'succeeded'
        ? `version ${JSON.stringify(outcome.version)}`
        : firstLine(outcome.message)
    tell(id, `${outcome.status}: ${said}`)
    apply(id, { type: 'ended', outcome })
  }

  async function work(): Promise<void> {
    while (!stopping) {
      const next = state
        .all()
        .filter((record) => record.state.status === 'queued')
        .sort((a, b) => a.receivedAt.localeCompare(b.receivedAt))
        .at(0)
      if (next === undefined) return
      await run(next)
    }
  }

  /** One thing at a time, also with what an earlier runner has left. */
  function take(first: () => Promise<void> = async () => {}): void {
    working = first()
      .then(work)
      .finally(() => {
        working = undefined
        if (!stopping && state.all().some((record) => record.state.status === 'queued')) wake()
      })
  }

  const wake = () => {
    if (working === undefined && !stopping) take()
  }

  return {
    wake,
    apply,
    resume() {
      const left = state.all().map((record) => ({ record, next: recovery(record.state, isAlive) }))
      take(async () => {
        for (const { record, next } of left) {
          const { id, state: now } = record
          if (now.status !== 'running') continue
          if (next.kind === 'adopt') {
            tell(id, `still runs as process ${next.process.pid}, log: ${state.files(id).log}`)
            await run(record, adoptChild(next.process))
          } else if (next.kind === 'conclude') await finish(id, new Date(now.startedAt), { how: 'unknown' })
          else if (next.kind === 'fail') await finish(id, new Date(now.startedAt), { how: 'lost' })
        }
      })
    },
    async stop() {
      stopping = true
      current?.interrupt({ how: 'stopped' })
      await working
    },
  }
}

const firstLine = (text: string) => text.split('\n')[0]

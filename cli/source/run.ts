import { setTimeout } from 'node:timers/promises'
import type { Api } from '../client/api-client.ts'
import { SOURCES } from '../declared/kinds.ts'
import { orMissing } from '../declared/missing.ts'
import { say, sayJson } from '../shared/print.ts'
import { progressBar } from '../shared/progress.ts'
import { plural, printable } from '../shared/text.ts'
import { filesOf, type SourceFile, type SourceState } from './files.ts'

export interface RunOptions {
  retryFailed: boolean
  again?: string
  json: boolean
}

interface Running {
  running: boolean
  state: SourceState
}

interface Outcome {
  state: SourceState
  taken: SourceFile[]
  failed: SourceFile[]
}

/** Takes what is new and prints what became of it. Returns whether all of it could be taken. */
export async function run(api: Api, name: string, options: RunOptions): Promise<boolean> {
  const before = await orMissing(SOURCES, api.get<{ model: string; state: SourceState }>(`/sources/${name}`))
  const { state, since } = await untilEnd(api, name, options, before.state)
  const outcome = { state, ...(await endedSince(api, name, since)) }
  if (options.json) sayJson(outcome)
  else for (const line of outcomeLines(name, before.model, outcome)) say(line)
  return state.problem === null && outcome.failed.length === 0
}

/** Where another process runs the source, the service answers at once. */
const PAUSE_MS = 500

/** Asks for the run until it has ended, and shows on stderr how far it is. */
async function untilEnd(
  api: Api,
  name: string,
  { retryFailed, again }: RunOptions,
  before: SourceState,
): Promise<{ state: SourceState; since: string | null }> {
  const progress = reporter()
  // Times of the service alone are compared: its clock may differ. A run that is under way already is part of this one.
  let since = before.files.taking > 0 ? before.looked_at : null
  let body: object = { retry_failed: retryFailed, ...(again !== undefined && { again }) }
  try {
    for (;;) {
      const { running, state } = await api.post<Running>(`/sources/${name}/run`, body)
      if (state.looked_at !== before.looked_at) since ??= state.looked_at
      if (!running) return { state, since }
      progress.update(state)
      body = {}
      await setTimeout(PAUSE_MS)
    }
  } finally {
    progress.stop()
  }
}

const LINE_EVERY_MS = 10_000

/** A bar on a terminal, else a line now and then. */
function reporter() {
  const bar = progressBar()
  let first: number | undefined
  let written = performance.now()
  return {
    update({ files, accepted }: SourceState) {
      const left = files.waiting + files.taking
      const done = files.taken + files.failed
      first ??= done
      const text = `${plural(left, 'file')} left, ${plural(accepted, 'row')} accepted so far`
      bar.update(done - first, done - first + left, text)
      if (process.stderr.isTTY || performance.now() - written < LINE_EVERY_MS) return
      written = performance.now()
      process.stderr.write(`${text}\n`)
    },
    stop: () => bar.stop(),
  }
}

async function endedSince(api: Api, name: string, since: string | null) {
  const ended: SourceFile[] = []
  for (const state of ['taken', 'failed'] as const)
    for await (const file of filesOf(api, name, { state }))
      if (since !== null && file.ended_at !== null && file.ended_at >= since) ended.push(file)
  const inState = (state: SourceFile['state']) => ended.filter((file) => file.state === state)
  return { taken: inState('taken'), failed: inState('failed') }
}

const MAX_SHOWN = 20

function outcomeLines(name: string, model: string, { state, taken, failed }: Outcome): string[] {
  const all = [...taken, ...failed]
  const sum = (of: (file: SourceFile) => number) => all.reduce((total, file) => total + of(file), 0)
  const rejected = sum((file) => file.rejected)
  const erased = sum((file) => file.erased)
  const lines = failed.slice(0, MAX_SHOWN).map(({ path, problem }) => `  ${path}: ${problem}`)
  return [
    `${name}: ${plural(taken.length, 'file')} taken, ${failed.length} failed; ` +
      `${plural(
        sum((file) => file.accepted),
        'record',
      )} accepted, ${rejected.toLocaleString('en-US')} rejected.`,
    ...(failed.length === 0 ? [] : ['Failed:', ...lines]),
    ...(failed.length <= MAX_SHOWN ? [] : [`  … and ${failed.length - MAX_SHOWN} more: driftgauge source history ${name} --state failed`]), // prettier-ignore
    ...(failed.length === 0 ? [] : [`Once they are correct: driftgauge source run ${name} --retry-failed`]),
    ...(rejected === 0 ? [] : [`Rejected records are dead letters: driftgauge dead-letters list --model ${model}`]), // prettier-ignore
    ...(erased === 0 ? [] : [`${plural(erased, 'record')} left out, because their ids have been erased.`]),
    ...(state.settling === 0 ? [] : [`${plural(state.settling, 'file')} changed too recently ("settle"), and will be taken by a later look.`]), // prettier-ignore
    ...(state.left_out === 0 ? [] : [`${plural(state.left_out, 'file')} left out: not matched by "match", or of an unknown format.`]), // prettier-ignore
    ...(state.problem === null ? [] : [`The location cannot be read: ${state.problem}`]),
  ].map(printable)
}

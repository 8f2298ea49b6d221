import { DAY_MS } from '../../domain/time.ts'
import type { Control } from '../../control/database/control.ts'
import { appliedControlMigrations, CONTROL_MIGRATIONS } from '../../control/database/migrations.ts'
import { channels, channelKind } from '../../control/declared/channel.ts'
import { sources } from '../../control/declared/sources/source.ts'
import { countFiles, noFiles } from '../../control/sources/history.ts'
import { listLooks, NEVER } from '../../control/sources/looks.ts'
import { newestAttempts } from '../../control/operation/channel-attempts.ts'
import { outboxCounts } from '../../control/operation/outbox-counts.ts'
import { readProcesses } from '../../control/operation/processes.ts'
import { listPolls } from '../../control/registry/polls.ts'
import { missedWindows } from '../answers/missed-windows.ts'
import type { Part } from './part.ts'
import { probeControl } from './probes.ts'
import type { DependencyWatch } from './watch.ts'

const ATTEMPTS_OF_DAYS = 7

/** What the database of control state knows, each part by itself. */
export async function askControl(
  control: Control,
  watch: DependencyWatch,
  now: Date,
  part: <T extends object>(work: () => Promise<T>) => Promise<Part<T>>,
) {
  const [database, seen, missed, outbox, polls, sources, control_schema] = await Promise.all([
    part(() => probeControl(control, watch)),
    part(async () => ({ processes: await readProcesses(control) })),
    part(async () => {
      const ranges = await missedWindows(control)
      return {
        windows: ranges.reduce((sum, { windows }) => sum + windows, 0),
        oldest_end: ranges.map(({ oldest_end }) => oldest_end).sort()[0] ?? null,
      }
    }),
    part(() => outboxOf(control, now)),
    part(async () => ({ polls: [...(await listPolls(control)).values()] })),
    part(async () => ({ sources: await sourcesOf(control) })),
    part(async () => {
      const applied = await appliedControlMigrations(control)
      return {
        missing: CONTROL_MIGRATIONS.filter((name) => !applied.includes(name)),
        unknown: applied.filter((name) => !CONTROL_MIGRATIONS.includes(name)),
        applied: applied.length,
      }
    }),
  ])
  return { database, seen, missed, outbox, polls, sources, control_schema }
}

async function sourcesOf(control: Control) {
  const [declared, looks, counts] = await Promise.all([
    sources.list(control),
    listLooks(control),
    countFiles(control),
  ])
  return declared.map(({ name }) => {
    const { problem } = looks.get(name) ?? NEVER
    const { files } = counts.get(name) ?? noFiles()
    return {
      source: name,
      waiting: files.waiting + files.taking,
      failed: files.failed,
      problem: problem?.text ?? null,
      problem_since: problem?.since.toISOString() ?? null,
    }
  })
}

async function outboxOf(control: Control, now: Date) {
  const counts = await outboxCounts(control)
  const since = new Date(now.getTime() - ATTEMPTS_OF_DAYS * DAY_MS)
  const attempts = new Map((await newestAttempts(control, since)).map((one) => [one.channel, one]))
  const declared = await channels.list(control)
  return {
    waiting: counts.waiting,
    oldest_waiting: counts.oldestWaiting?.toISOString() ?? null,
    retrying: counts.retrying,
    next_attempt: counts.nextAttempt?.toISOString() ?? null,
    muted: counts.muted,
    given_up: counts.givenUp,
    channels: declared.map((channel) => {
      const last = attempts.get(channel.name)
      return {
        channel: channel.name,
        type: channelKind(channel),
        last_at: last?.at.toISOString() ?? null,
        last_status: last?.status ?? null,
        error: last?.error ?? '',
      }
    }),
  }
}

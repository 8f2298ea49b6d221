import type { System, SystemProblem } from '../contract/operation/system.ts'
import type { SystemParts } from './parts.ts'
import { plural, span } from './words.ts'

type Process = Extract<System['processes'], { known: true }>['processes'][number]

/** What the processes say is wrong, and which of them say nothing any more. */
export function judgeProcesses({ at, processes, dependencies, kafka }: SystemParts): SystemProblem[] {
  if (!processes.known) return []
  const all = processes.processes
  const live = all.filter(({ silent }) => !silent)
  const told = new Set([
    ...dependencies.map(({ last_error }) => last_error),
    ...(kafka.known ? kafka.reasons : []),
  ])
  return [
    ...said(live, 'reasons', told).map(([text, by]) => problem('critical', `${who(by, all)}: ${text}`, LOG)),
    ...said(live, 'warnings', told).map(([text, by]) => problem('warning', `${who(by, all)}: ${text}`, LOG)),
    ...all
      .filter((one) => one.silent && !isReplaced(one, live))
      .map((one) =>
        problem(
          'warning',
          `${nameOf(one)} has not reported for ${span(Date.parse(at) - Date.parse(one.seen_at))}.`,
          'Check whether it is still running. If it was stopped on purpose, this message disappears an hour after its last report.',
        ),
      ),
    ...versions(live),
  ]
}

const LOG = 'The log of the process says more.'
const BROKEN_PARTS = '/store/broken-parts'

const problem = (severity: SystemProblem['severity'], text: string, advice: string): SystemProblem => ({
  severity,
  part: 'processes',
  text,
  advice,
})

/** Each text once, with those who say it; broken parts are told with the storage. */
function said(
  processes: readonly Process[],
  kind: 'reasons' | 'warnings',
  told: ReadonlySet<string | null>,
): [string, Process[]][] {
  const by = new Map<string, Process[]>()
  for (const one of processes)
    for (const text of one.report?.[kind] ?? [])
      if (!told.has(text) && !text.includes(BROKEN_PARTS)) by.set(text, [...(by.get(text) ?? []), one])
  return [...by]
}

function who(by: readonly Process[], all: readonly Process[]): string {
  if (by.length === 1) return nameOf(by[0])
  return by.length === all.length
    ? 'All processes'
    : `${by.length} of ${plural(all.length, 'process', 'processes')}`
}

function nameOf({ id, own, report }: Process): string {
  if (own) return 'This process'
  return report === null ? `The process ${id}` : `The process ${report.pid} on ${report.host}`
}

/** Whether a process that was killed has been started again: one on the same host with the same roles. */
function isReplaced({ report, seen_at }: Process, live: readonly Process[]): boolean {
  if (report === null) return false
  const roles = String(report.roles.toSorted())
  return live.some(
    ({ report: other }) =>
      other !== null &&
      other.host === report.host &&
      String(other.roles.toSorted()) === roles &&
      other.started_at >= seen_at,
  )
}

function versions(live: readonly Process[]): SystemProblem[] {
  const found = [...new Set(live.flatMap(({ report }) => (report === null ? [] : [report.version])))].sort()
  if (found.length < 2) return []
  return [
    problem(
      'notice',
      `Processes of several releases are running: ${found.join(', ')}.`,
      'Upgrade the others as well.',
    ),
  ]
}

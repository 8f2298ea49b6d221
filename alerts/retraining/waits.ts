import { formatInstant } from '../../domain/instant.ts'
import type { RetrainPolicy } from '../../control/declared/retrain-policy.ts'
import { deadline, isUnderWay, type RetrainState } from '../../control/alerting/retrain-state.ts'
import { DAY_MS } from '../../domain/time.ts'
import type { DataProblem } from './data-problem.ts'
import { shortId } from './short-id.ts'

/** What a request waits for, and until when at the latest where that is known. */
export type Wait =
  | { for: 'approval'; problem: DataProblem | undefined }
  | { for: 'data_problem'; problem: DataProblem }
  | { for: 'retraining'; id: string; until: Date | undefined }
  | { for: 'cooldown'; until: Date }
  | { for: 'daily_limit'; made: number; most: number; until: Date }

/** Another request of the same model. */
export type OtherRetrain = Pick<RetrainState, 'status' | 'since' | 'requestedAt' | 'attempts'> & {
  id: string
  callbackWithin: number
}

export type Limits = Pick<RetrainPolicy, 'cooldown' | 'max_per_day' | 'dry_run'>

/** What keeps a request from being made now: another one that goes on, and the times to keep from those before. Pure. */
export function waitsFor(limits: Limits | undefined, others: readonly OtherRetrain[], now: Date): Wait[] {
  const busy = others.find(({ status }) => isUnderWay(status))
  const waits: Wait[] = busy
    ? [{ for: 'retraining', id: busy.id, until: deadline(busy, busy.callbackWithin) }]
    : []
  return limits === undefined ? waits : [...waits, ...paused(limits, others, now)]
}

function paused(limits: Limits, others: readonly OtherRetrain[], now: Date): Wait[] {
  const times = others
    .filter((one) => counts(one, limits))
    .map(({ requestedAt }) => requestedAt!.getTime())
    .sort((a, b) => a - b)
  const ready = (times.at(-1) ?? -Infinity) + limits.cooldown
  const today = times.filter((time) => now.getTime() - time < DAY_MS)
  const waits: Wait[] = now.getTime() < ready ? [{ for: 'cooldown', until: new Date(ready) }] : []
  const most = limits.max_per_day
  if (today.length < most) return waits
  const until = new Date(today[today.length - most] + DAY_MS)
  return [...waits, { for: 'daily_limit', made: today.length, most, until }]
}

/** Whether the pipeline was asked, as far as anyone knows; in a dry run, whether it would have been. */
function counts({ status, requestedAt, attempts }: OtherRetrain, { dry_run }: Limits): boolean {
  if (requestedAt === undefined || status === 'undeliverable') return false
  if (status === 'dry_run') return dry_run
  return status !== 'cancelled' || attempts > 0
}

/** `waits until …`, as it is told everywhere. Pure. */
export function waitSentence(waits: readonly Wait[]): string {
  const [longest] = waits.flatMap((wait) => (wait.for === 'daily_limit' ? [wait] : []))
  // Where both say until when, the later one alone does.
  const told = waits.filter((wait) => !(wait.for === 'cooldown' && longest && longest.until >= wait.until))
  return `waits ${told.map(phrase).join(', and ')}`
}

function phrase(wait: Wait): string {
  switch (wait.for) {
    case 'approval':
      return wait.problem === undefined
        ? 'for approval'
        : `for approval, while a data problem is firing: ${problemText(wait.problem)}`
    case 'data_problem':
      return `until the data problem ends: ${problemText(wait.problem)}`
    case 'retraining':
      return wait.until === undefined
        ? `for retraining ${shortId(wait.id)}, which is about to be sent`
        : `for retraining ${shortId(wait.id)}, which counts as lost at ${formatInstant(wait.until)} unless it reports before`
    case 'cooldown':
      return `until ${formatInstant(wait.until)}, when the cooldown after the last retraining ends`
    case 'daily_limit':
      return `until ${formatInstant(wait.until)}, because ${wait.made} ${wait.made === 1 ? 'was' : 'were'} requested within 24 hours and max_per_day is ${wait.most}`
  }
}

const problemText = ({ findings, alert }: DataProblem) =>
  alert === undefined ? findings : `${findings} (alert ${shortId(alert)})`

/** When it has waited long enough at the latest; undefined where nobody can know. Pure. */
export function waitEnd(waits: readonly Wait[]): Date | undefined {
  const ends = waits.map((wait) => ('until' in wait ? wait.until : undefined))
  if (ends.length === 0 || ends.some((end) => end === undefined)) return undefined
  return new Date(Math.max(...ends.map((end) => end!.getTime())))
}

import { MINUTE_MS } from '../../domain/time.ts'
import type { SystemProblem } from '../contract/operation/system.ts'
import type { SystemParts } from './parts.ts'
import { plural, span } from './words.ts'

/** An evaluation begins every minute, and may take long now and then: `/readyz` waits as long. */
const SCHEDULER_LATE_MS = 15 * MINUTE_MS
/** Hours are counted every minute; those that a crash abandoned wait five minutes by design. */
const COUNTING_LATE_MS = 15 * MINUTE_MS
/** Messages are sent every ten seconds. */
const OUTBOX_LATE_MS = 5 * MINUTE_MS
const KAFKA_STUCK_MS = 5 * MINUTE_MS

/** What of the work is late, stuck or given up. */
export function judgeWork(parts: SystemParts): SystemProblem[] {
  return [
    ...judgeScheduler(parts),
    ...judgeKafka(parts),
    ...judgeSources(parts),
    ...judgeCounting(parts),
    ...judgeOutbox(parts),
  ]
}

const age = ({ at }: SystemParts, time: string) => Date.parse(at) - Date.parse(time)

function judgeScheduler(parts: SystemParts): SystemProblem[] {
  const { scheduler, missed } = parts
  const problems: SystemProblem[] = []
  const add = (severity: SystemProblem['severity'], text: string, advice: string) =>
    problems.push({ severity, part: 'scheduler', text, advice })
  if (scheduler.known && scheduler.holder === null && scheduler.on_demand)
    add(
      'notice',
      'Nothing is evaluated on schedule here, as in the demo.',
      'For models of your own, run the service with `driftgauge serve`. Here, evaluate past windows on the set-up page of a model.',
    )
  else if (scheduler.known && scheduler.holder === null)
    add(
      'critical',
      'No running process evaluates monitors, so no drift is found and no alerts are sent.',
      'Start a process with the role "detect". A process that was just started takes over within 30 seconds.',
    )
  else if (scheduler.known && scheduler.last_started_at !== null) {
    const since = age(parts, scheduler.last_started_at)
    if (since > SCHEDULER_LATE_MS)
      add(
        'critical',
        `The last evaluation began ${span(since)} ago and ${scheduler.duration_ms === null ? 'has not ended' : 'no other has begun'}.`,
        'Check the load of ClickHouse and the log of the process that evaluates; restart that process if there is no progress.',
      )
    else if (scheduler.failed)
      add(
        'warning',
        'The last evaluation failed.',
        'The next one starts within a minute. The log of the process that evaluates names the cause.',
      )
  }
  if (missed.known && missed.windows > 0)
    add(
      'notice',
      `${plural(missed.windows, 'window')} ended while nothing ran, and ${missed.windows === 1 ? 'is' : 'are'} still to be evaluated.`,
      'No action is needed: they are evaluated between new windows, newest first.',
    )
  return problems
}

function judgeKafka(parts: SystemParts): SystemProblem[] {
  const { kafka } = parts
  if (!kafka.known) return []
  // Why nothing is consumed at all is told with the dependencies.
  return kafka.topics
    .filter(({ lag }) => lag > 0)
    .flatMap(({ topic, lag, advanced_at }) => {
      if (kafka.reasons.length > 0 || (advanced_at !== null && age(parts, advanced_at) < KAFKA_STUCK_MS))
        return []
      const since =
        advanced_at === null ? 'since the consumers started' : `for ${span(age(parts, advanced_at))}`
      return [
        {
          severity: 'warning',
          part: 'kafka',
          text: `${plural(lag, 'record')} of the topic "${topic}" wait, and none was stored ${since}.`,
          advice: 'Check in the logs of the consumers whether ClickHouse accepts their batches.',
        } as const,
      ]
    })
}

function judgeSources({ sources }: SystemParts): SystemProblem[] {
  if (!sources.known) return []
  return sources.sources.flatMap(({ source, failed, problem }) => {
    const add = (text: string, advice: string) => [
      { severity: 'warning', part: 'sources', text, advice } as const,
    ]
    return [
      ...(problem === null
        ? []
        : add(`The source "${source}" cannot be read: ${problem}`, 'Nothing is lost: files and rows are taken once the source can be read.')), // prettier-ignore
      ...(failed === 0
        ? []
        : add(
            `${plural(failed, 'file')} of the source "${source}" could not be taken.`,
            'The page of the source and `driftgauge source history` say why. Correct the files, then take them again.',
          )),
    ]
  })
}

function judgeCounting(parts: SystemParts): SystemProblem[] {
  const { counting } = parts
  const [oldest] = counting.known ? counting.models : []
  if (oldest === undefined || age(parts, oldest.since) < COUNTING_LATE_MS || !counting.known) return []
  const hours = counting.models.reduce((sum, model) => sum + model.hours, 0)
  return [
    {
      severity: 'warning',
      part: 'counting',
      text: `${plural(hours, 'hour')} of ${plural(counting.models.length, 'model')} ${hours === 1 ? 'waits' : 'wait'} to be counted, the first for ${span(age(parts, oldest.since))}.`,
      advice:
        'Their windows are evaluated late. The log of the process that evaluates says why counting fails or is slow.',
    },
  ]
}

function judgeOutbox(parts: SystemParts): SystemProblem[] {
  const { outbox, dead_letters: letters } = parts
  const problems: SystemProblem[] = []
  const add = (
    severity: SystemProblem['severity'],
    part: SystemProblem['part'],
    text: string,
    advice: string,
  ) => problems.push({ severity, part, text, advice })
  if (outbox.known) {
    const failing = outbox.channels.filter(
      ({ last_status }) => last_status === 'failed' || last_status === 'given_up',
    )
    const where = failing.length === 0 ? '' : ` (${failing.map(({ channel }) => channel).join(', ')})`
    if (outbox.given_up > 0)
      add(
        'warning',
        'outbox',
        `${plural(outbox.given_up, 'message')} could not be delivered and ${outbox.given_up === 1 ? 'was' : 'were'} abandoned.`,
        'Fix the channel, then send them again from the page of failed deliveries.',
      )
    if (outbox.retrying > 0)
      add(
        'warning',
        'outbox',
        `${plural(outbox.retrying, 'message')} could not be delivered yet${where}.`,
        'They are retried for 24 hours. The panel "Messages" shows what the channel answered.',
      )
    if (outbox.oldest_waiting !== null && age(parts, outbox.oldest_waiting) > OUTBOX_LATE_MS)
      add(
        'warning',
        'outbox',
        `${plural(outbox.waiting, 'message')} ${outbox.waiting === 1 ? 'waits' : 'wait'} to be sent, the oldest for ${span(age(parts, outbox.oldest_waiting))}.`,
        'The process that evaluates sends them: check whether it is running. While a monitor catches up, its messages wait.',
      )
  }
  if (letters.known && letters.total > 0)
    add(
      'notice',
      'dead_letters',
      `${plural(letters.total, 'record')} could not be read in the last 24 hours.`,
      'They are kept. Fix the causes that the page of dead letters names, then replay them.',
    )
  return problems
}

import { MAIL_KINDS } from '../../control/declared/channel.ts'
import type { Poll } from '../../control/registry/polls.ts'
import type { Dependency, System } from '../contract/operation/system.ts'
import type { Part } from './part.ts'
import type { Observed } from './watch.ts'

export interface DependencyInputs {
  engine: Part<{ version: string }>
  database: Part<{ version: string }>
  /** How the two databases stood when they were last used. */
  seen: (name: 'clickhouse' | 'control') => Observed | undefined
  kafka: System['kafka']
  outbox: System['outbox']
  polls: Part<{ polls: readonly Poll[] }>
  /** Whether the process that answers is set to use them. */
  uses: { mail: boolean; mlflow: boolean }
}

/** Each thing that the service depends on. */
export function dependenciesOf(inputs: DependencyInputs): Dependency[] {
  const { engine, database, seen, kafka, outbox, polls, uses } = inputs
  return [
    ofDatabase('clickhouse', engine, seen('clickhouse')),
    ofDatabase('control', database, seen('control')),
    ofKafka(kafka),
    uses.mail ? ofMail(outbox) : unused('mail', 'SMTP_URL is not set.'),
    uses.mlflow ? ofMlflow(polls) : unused('mlflow', 'MLFLOW_TRACKING_URI is not set.'),
  ]
}

const BARE = { since: null, version: null, last_error: null, last_error_at: null }
const unused = (name: Dependency['name'], detail: string): Dependency => ({
  ...BARE,
  name,
  state: 'unused',
  detail,
})

function ofDatabase(
  name: 'clickhouse' | 'control',
  answer: Part<{ version: string }>,
  observed: Observed | undefined,
): Dependency {
  return {
    name,
    state: answer.known ? 'up' : 'down',
    since: observed?.since.toISOString() ?? null,
    version: answer.known ? answer.version : null,
    detail: answer.known ? 'It answers.' : answer.reason,
    last_error: answer.known ? (observed?.lastError?.text ?? null) : answer.reason,
    last_error_at: observed?.lastError?.at.toISOString() ?? null,
  }
}

function ofKafka(kafka: System['kafka']): Dependency {
  if (!kafka.known) return { ...BARE, name: 'kafka', state: 'unknown', detail: kafka.reason }
  if (kafka.consumers === 0) return unused('kafka', 'No running process reports that it consumes.')
  const reason = kafka.reasons[0]
  return {
    ...BARE,
    name: 'kafka',
    state: reason === undefined ? 'up' : 'down',
    detail: reason ?? 'The consumers are in their group.',
    last_error: reason ?? null,
  }
}

/** The mail server is known by the newest mail alone: it is not asked without need. */
function ofMail(outbox: System['outbox']): Dependency {
  if (!outbox.known) return { ...BARE, name: 'mail', state: 'unknown', detail: outbox.reason }
  const [newest] = outbox.channels
    .filter(({ type, last_at }) => MAIL_KINDS.includes(type) && last_at !== null)
    .sort((a, b) => (a.last_at! < b.last_at! ? 1 : -1))
  if (newest === undefined)
    return { ...BARE, name: 'mail', state: 'unknown', detail: 'No mail was sent in the last 7 days.' }
  const isUp = newest.last_status === 'delivered'
  return {
    name: 'mail',
    state: isUp ? 'up' : 'down',
    since: newest.last_at,
    version: null,
    detail: `The newest mail, to "${newest.channel}", was ${isUp ? 'accepted' : 'not accepted'}.`,
    last_error: isUp ? null : newest.error,
    last_error_at: isUp ? null : newest.last_at,
  }
}

function ofMlflow(found: DependencyInputs['polls']): Dependency {
  if (!found.known) return { ...BARE, name: 'mlflow', state: 'unknown', detail: found.reason }
  const failing = found.polls.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
  const checked = found.polls.flatMap(({ checkedAt }) => (checkedAt === undefined ? [] : [checkedAt]))
  if (failing.length === 0 && checked.length === 0)
    return { ...BARE, name: 'mlflow', state: 'unknown', detail: 'No model follows it yet.' }
  const first = failing.toSorted((a, b) => a.since.getTime() - b.since.getTime())[0]
  const of = `${failing.length} of ${found.polls.length} models`
  return {
    ...BARE,
    name: 'mlflow',
    state: first === undefined ? 'up' : 'down',
    since: first?.since.toISOString() ?? null,
    detail: first === undefined ? 'The models that follow it were looked up.' : `Looking up ${of} fails.`,
    last_error: first?.text ?? null,
  }
}

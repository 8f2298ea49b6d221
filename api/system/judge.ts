import type { System, SystemProblem } from '../contract/operation/system.ts'
import { judgeProcesses } from './judge-processes.ts'
import { judgeWork } from './judge-work.ts'
import type { SystemParts } from './parts.ts'
import { plural } from './words.ts'

const ORDER: readonly SystemProblem['severity'][] = ['critical', 'warning', 'notice']

/** What is wrong, the most severe first, and the state in a sentence. What is not known is a problem. */
export function judge(parts: SystemParts): Pick<System, 'state' | 'summary' | 'problems'> {
  const problems = [
    ...judgeDependencies(parts),
    ...judgeProcesses(parts),
    ...judgeWork(parts),
    ...judgeStorage(parts),
    ...judgeUnknown(parts),
  ].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
  const serious = problems.filter(({ severity }) => severity !== 'notice')
  if (serious.length === 0) return { state: 'ok', summary: 'No problems found.', problems }
  const others = serious.length - 1
  return {
    state: serious[0].severity === 'critical' ? 'critical' : 'warning',
    summary: others === 0 ? serious[0].text : `${serious[0].text} And ${plural(others, 'other problem')}.`,
    problems,
  }
}

const NAMES = {
  clickhouse: 'ClickHouse',
  control: 'The control database',
  kafka: 'Kafka',
  mail: 'The mail server',
  mlflow: 'MLflow',
}
const ADVICE = {
  clickhouse:
    'Check that it runs and that CLICKHOUSE_URL reaches it. Until then, HTTP requests are answered with 503 and Kafka records wait, so nothing is lost.',
  control:
    'Check PostgreSQL and DATABASE_URL, or the disk with control.db. Until then, nothing can be evaluated or changed.',
  kafka:
    'Check the brokers and KAFKA_BROKERS. The consumers retry automatically and continue where they stopped.',
  mail: 'Check SMTP_URL, then send a test message from the settings. Mail that was not accepted is sent again for 24 hours.',
  mlflow: 'Check MLFLOW_TRACKING_URI and its token. Until then, models keep the version that they follow.',
}

function judgeDependencies({ dependencies }: SystemParts): SystemProblem[] {
  return dependencies
    .filter(({ state }) => state === 'down')
    .map(({ name, last_error, detail }) => ({
      severity: name === 'mail' || name === 'mlflow' ? 'warning' : 'critical',
      part: 'dependencies',
      text: named(NAMES[name], sentence(last_error ?? detail)),
      advice: ADVICE[name],
    }))
}

/** Some errors name what they are of. */
const named = (name: string, error: string) =>
  error.startsWith(name) ? error : `${name} is not working: ${error}`

/** Below these shares, or bytes, of a disk there is little room. */
const LITTLE = { critical: { share: 0.05, bytes: 1e9 }, warning: { share: 0.15, bytes: 5e9 } }
const SOON_DAYS = 7

function judgeStorage({ storage, disks, clickhouse_schema, control_schema }: SystemParts): SystemProblem[] {
  const problems: SystemProblem[] = []
  const add = (
    severity: SystemProblem['severity'],
    part: 'storage' | 'schema',
    text: string,
    advice: string,
  ) => problems.push({ severity, part, text, advice })
  if (storage.known && storage.broken_parts > 0)
    add(
      'critical',
      'storage',
      `${plural(storage.broken_parts, 'part')} of stored data could not be read and ${storage.broken_parts === 1 ? 'is' : 'are'} set aside, so rows are missing from all results.`,
      'The overview and GET /store/broken-parts name them. Send the rows again or restore a backup: see "Broken parts" in docs/operations.md.',
    )
  for (const disk of disks.known ? disks.disks : []) {
    const { free_bytes: free, total_bytes: total } = disk
    const isBelow = ({ share, bytes }: { share: number; bytes: number }) => free < share * total && free < 20 * bytes || free < bytes // prettier-ignore
    const days = storage.known && storage.bytes_a_day > 0 ? free / storage.bytes_a_day : Infinity
    const severity = isBelow(LITTLE.critical) ? 'critical' : isBelow(LITTLE.warning) || days < SOON_DAYS ? 'warning' : undefined // prettier-ignore
    if (severity === undefined) continue
    const soon =
      days < 100 ? `; it lasts about ${plural(Math.floor(days), 'day')} at the current rate of growth` : ''
    add(
      severity,
      'storage',
      `The disk "${disk.name}" of ${disk.node} has ${(free / 1e9).toFixed(1)} GB left${soon}.`,
      'Free some space or enlarge it, or keep data for a shorter time: see "Retention" in docs/operations.md.',
    )
  }
  if (clickhouse_schema.known && clickhouse_schema.applied !== clickhouse_schema.expected) {
    const { applied, expected } = clickhouse_schema
    const isBehind = applied < expected
    add(
      isBehind ? 'critical' : 'warning',
      'schema',
      `The tables of ClickHouse have ${applied} schema changes; this release expects ${expected}.`,
      isBehind
        ? 'Restart this process: its start applies them.'
        : 'Upgrade this process to the release of the others.',
    )
  }
  if (control_schema.known && control_schema.missing.length > 0)
    add(
      'critical',
      'schema',
      `The control database lacks ${plural(control_schema.missing.length, 'schema change')}.`,
      'Restart this process: its start applies them.',
    )
  if (control_schema.known && control_schema.unknown.length > 0)
    add(
      'warning',
      'schema',
      'The control database has tables of a later release.',
      'Upgrade this process to the release of the others.',
    )
  return problems
}

const PARTS = {
  processes: 'The other processes',
  scheduler: 'The scheduler',
  missed: 'Missed windows',
  kafka: 'The Kafka consumers',
  sources: 'The batch sources',
  counting: 'The hours that wait to be counted',
  outbox: 'The outbox',
  dead_letters: 'The dead letters',
  storage: 'The stored tables',
  disks: 'The disks of ClickHouse',
  clickhouse_schema: 'The schema of ClickHouse',
  control_schema: 'The schema of the control database',
} as const

/** Parts that could not be read; those that failed for one reason together. */
function judgeUnknown(parts: SystemParts): SystemProblem[] {
  const causes = new Map<string, { names: string[]; advice: string }>()
  for (const [key, name] of Object.entries(PARTS) as [keyof typeof PARTS, string][]) {
    const part = parts[key]
    if (part.known) continue
    const cause = causes.get(part.reason) ?? { names: [], advice: part.advice }
    cause.names.push(name)
    causes.set(part.reason, cause)
  }
  // That a database is away is told already, and it takes its parts along.
  const told = parts.dependencies.filter(({ state }) => state === 'down').map(({ last_error }) => last_error)
  return [...causes].map(([reason, { names, advice }]) => ({
    severity: told.includes(reason) ? 'notice' : 'warning',
    part: 'dependencies',
    text: `${listed(names)} ${names.length === 1 && names[0] !== PARTS.missed ? 'is' : 'are'} not known: ${sentence(reason)}`,
    advice,
  }))
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

function listed(names: readonly string[]): string {
  const [first, ...rest] = names.map((name, i) => (i === 0 ? name : name[0].toLowerCase() + name.slice(1)))
  if (rest.length === 0) return first
  const last = rest.pop()!
  return `${[first, ...rest].join(', ')} and ${last}`
}

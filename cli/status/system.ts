import type { System } from '../../api/contract/operation/system.ts'
import type { ApiAccess } from '../client/api-client.ts'
import { paintOn, type Paint } from '../shared/paint.ts'
import { outputWidth, say, sayJson, WIDEST } from '../shared/print.ts'
import { plural, printable, thousands, wrap } from '../shared/text.ts'

type Part = { known: boolean }
type Known<T> = Extract<T, { known: true }>

const MARKS = {
  ok: { icon: '✓', style: [] },
  critical: { icon: '✖', style: ['bold', 'red'] },
  warning: { icon: '▲', style: ['yellow'] },
  notice: { icon: '○', style: ['cyan'] },
} as const
const NAMES = new Map<string, string>([
  ['clickhouse', 'ClickHouse'],
  ['control', 'control database'],
  ['kafka', 'Kafka'],
  ['mail', 'mail server'],
  ['mlflow', 'MLflow'],
])

/** Prints whether the service itself is healthy. Returns the exit code: 1 where something is wrong, 3 where none runs. */
export async function tellSystem({ api, store }: ApiAccess, json: boolean): Promise<number> {
  const system = await api.get<System>('/system')
  if (json) sayJson(system)
  else for (const line of renderSystem(system, outputWidth(), paintOn(process.stdout))) say(line)
  if (store !== undefined) return 3
  return system.state === 'ok' ? 0 : 1
}

/** The state in a sentence, each problem with what to do, and a line for each part. */
export function renderSystem(system: System, width: number, paint: Paint): string[] {
  const { icon, style } = MARKS[system.state]
  const lines = (text: string, indent: string) =>
    wrap(printable(text), Math.min(width, WIDEST) - indent.length).map((line) => `${indent}${line}`)
  const problems = system.problems.flatMap(({ severity, text, advice }) => {
    const [first, ...rest] = lines(text, '    ')
    const mark = MARKS[severity]
    return [`  ${paint([...mark.style], mark.icon)} ${first.trimStart()}`, ...rest, ...lines(advice, '    ')]
  })
  const rows = rowsOf(system)
  const longest = Math.max(...rows.map(([name]) => name.length))
  return [
    ...lines(system.summary, '').map((line, i) => (i === 0 ? `${paint([...style], icon)} ${paint(['bold'], line)}` : `  ${line}`)),
    ...(problems.length === 0 ? [] : ['', ...problems]),
    '',
    ...rows.map(([name, text]) => `${name.padEnd(longest)}  ${printable(text)}`),
  ] // prettier-ignore
}

function rowsOf(system: System): [string, string][] {
  const of = <T extends Part>(part: T, text: (known: Known<T>) => string) =>
    part.known ? text(part as Known<T>) : `not known: ${(part as unknown as { reason: string }).reason}`
  return [
    ...system.dependencies
      .filter(({ state }) => state !== 'unused')
      .map(({ name, state, version, last_error, detail }): [string, string] => [
        NAMES.get(name) ?? printable(name),
        state === 'up' ? `up${version === null ? '' : `, ${version}`}` : `${state}: ${last_error ?? detail}`,
      ]),
    [
      'processes',
      of(system.processes, ({ processes }) => {
        const silent = processes.filter((one) => one.silent).length
        return `${thousands(processes.length - silent)} running${silent === 0 ? '' : `, ${thousands(silent)} silent`}`
      }),
    ],
    [
      'last evaluation',
      of(system.scheduler, ({ last_started_at: last, duration_ms: took, holder }) =>
        last === null
          ? 'none yet'
          : `${last.slice(11, 19)} UTC, ${took === null ? 'still running' : `took ${(took / 1000).toFixed(2)} s`}${holder === null ? '' : `, by ${holder.host}`}`,
      ),
    ],
    ['missed windows', of(system.missed, ({ windows }) => thousands(windows))],
    [
      'Kafka lag',
      of(system.kafka, ({ consumers, topics }) =>
        consumers === 0
          ? 'no process consumes'
          : topics.map(({ topic, lag }) => `${topic} ${thousands(lag)}`).join(', '),
      ),
    ],
    [
      'batch sources',
      of(system.sources, ({ sources }) => {
        const [waiting, failed] = (['waiting', 'failed'] as const).map((key) => sources.reduce((sum, one) => sum + one[key], 0)) // prettier-ignore
        return sources.length === 0
          ? 'none declared'
          : `${thousands(sources.length)}, ${thousands(waiting)} files waiting, ${thousands(failed)} failed`
      }),
    ],
    [
      'hours to count',
      of(system.counting, ({ models }) => thousands(models.reduce((sum, { hours }) => sum + hours, 0))),
    ],
    [
      'messages',
      of(
        system.outbox,
        ({ waiting, retrying, given_up }) =>
          `${thousands(waiting)} waiting, ${thousands(retrying)} retrying, ${thousands(given_up)} given up`,
      ),
    ],
    [
      'dead letters 24 h',
      of(system.dead_letters, ({ total, reasons }) =>
        [thousands(total), ...reasons.map(({ reason, letters }) => `${reason} ${thousands(letters)}`)].join(
          ', ',
        ),
      ),
    ],
    [
      'stored',
      of(
        system.storage,
        ({ rows, bytes, bytes_a_day, broken_parts }) =>
          `${thousands(rows)} rows, ${gigabytes(bytes)}, ${gigabytes(bytes_a_day)} a day${broken_parts === 0 ? '' : `, ${plural(broken_parts, 'broken part')}`}`,
      ),
    ],
    [
      'free disk',
      of(system.disks, ({ disks }) =>
        disks
          .map(
            ({ name, free_bytes, total_bytes }) =>
              `${name} ${gigabytes(free_bytes)} of ${gigabytes(total_bytes)}`,
          )
          .join(', '),
      ),
    ],
  ]
}

const gigabytes = (bytes: number) =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`

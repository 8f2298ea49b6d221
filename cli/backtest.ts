import type { Severity } from '../domain/severity.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Environment } from '../config.ts'
import type { DecidingStatistic } from '../domain/thresholds.ts'
import type { Monitor } from '../control/declared/monitor.ts'
import { DECIDING_METRICS, type DecidingMetric } from '../control/declared/performance-metric.ts'
import type { Api } from './client/api-client.ts'
import { counted, minute, skippedLines, type Skipped } from './backtest/report.ts'
import { tableLines, type TableColumn } from './compare/table.ts'
import { escapeControls, printable } from './shared/text.ts'
import { parseName } from './shared/options.ts'

interface BacktestOptions {
  from: string
  to: string
  decide?: DecidingStatistic
  metric?: DecidingMetric
  warning?: number
  critical?: number
  json: boolean
}

const STATISTICS: DecidingStatistic[] = ['psi', 'ks', 'jensen_shannon', 'baseline_deviation']

interface Fired {
  kind: string
  severity: Severity
  fired_at: string
  resolved_at: string | null
  messages: number
  members: { column: string }[]
}

interface Backtest {
  from: string
  to: string
  windows: number
  columns: number
  breaches: number
  fired: number
  alerts: Fired[]
  skipped: Skipped[]
}

/** Where no terminal says how wide it is. */
const WIDTH = 120

/** The `backtest` command; its exit code goes to `exit`. */
export function backtestCommand(environment: Environment, exit: (code: number) => void): Command {
  return new Command('backtest')
    .summary('show how often a monitor would have fired')
    .description(
      'Shows how often a monitor would have fired in a period, with its own rule or\n' +
        'another. Nothing is stored or sent. Skipped windows are counted by reason.',
    )
    .argument('<monitor>', 'name of the monitor', parseName)
    .requiredOption('--from <time>', 'windows that ended after this time: ISO 8601, or a date')
    .requiredOption('--to <time>', 'up to and including this time')
    .addOption(new Option('--decide <statistic>', 'use another deciding statistic').choices(STATISTICS))
    .addOption(
      new Option('--metric <metric>', 'use another deciding metric for performance').choices(
        DECIDING_METRICS,
      ),
    )
    .option('--warning <effect>', 'use another warning threshold', parseThreshold)
    .option('--critical <effect>', 'use another critical threshold', parseThreshold)
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', '\nExit codes: 0 it would not have fired, 1 it would have fired.')
    .action(async (monitor: string, options: BacktestOptions) => {
      const { withApi } = await import('./client/api-client.ts')
      await withApi(environment, async ({ api }) => {
        const found = await ask(api, monitor, options)
        const text = options.json ? escapeControls(JSON.stringify(found, null, 2)) : describe(monitor, found)
        process.stdout.write(`${text}\n`)
        exit(found.fired > 0 ? 1 : 0)
      })
    })
}

/** Thresholds that are not given stay those of the monitor. */
async function ask(api: Api, monitor: string, options: BacktestOptions): Promise<Backtest> {
  const { from, to, decide, metric, warning, critical } = options
  const performance = metric && { metric }
  const path = `/monitors/${monitor}`
  if (warning === undefined && critical === undefined)
    return api.post<Backtest>(`${path}/backtest`, { from, to, decide, performance })
  const declared = await api.get<Pick<Monitor, 'decide' | 'thresholds'>>(path)
  const statistic = decide ?? declared.decide
  const of = declared.thresholds[statistic]
  const thresholds = {
    [statistic]: { warning: warning ?? of.warning, critical: critical ?? of.critical },
  }
  return api.post<Backtest>(`${path}/backtest`, { from, to, decide, performance, thresholds })
}

const ICONS = { warning: '▲', critical: '■' }

const COLUMNS: readonly TableColumn<Fired>[] = [
  { title: 'severity', align: 'left', cell: ({ severity }) => `${ICONS[severity]} ${severity}` },
  { title: 'drift', align: 'left', cell: ({ kind }) => kind },
  { title: 'fired', align: 'left', cell: ({ fired_at }) => minute(fired_at) },
  {
    title: 'resolved',
    align: 'left',
    cell: ({ resolved_at }) => (resolved_at === null ? 'still firing' : minute(resolved_at)),
  },
  { title: 'messages', align: 'right', cell: ({ messages }) => String(messages) },
  {
    title: 'columns',
    align: 'left',
    cell: ({ members }) => members.map(({ column }) => printable(column)).join(', '),
    shrinksTo: 12,
  },
]

function describe(
  monitor: string,
  { from, to, windows, columns, breaches, fired, alerts, skipped }: Backtest,
): string {
  const times = fired === 1 ? 'once' : `${fired} times`
  const head = [
    `${monitor} would have fired ${times} from ${minute(from)} to ${minute(to)} UTC:`,
    `${counted(windows, 'window')} evaluated, ${counted(columns, 'column')}, ${counted(breaches, 'verdict')} of warning or critical.`,
  ]
  const rest = skippedLines(skipped)
  if (fired === 0) return [head.join(' '), ...rest].join('\n')
  const { title, lines } = tableLines(COLUMNS, alerts, process.stdout.columns ?? WIDTH, (cell) => cell)
  return [head.join(' '), ...rest, '', title, ...lines].join('\n')
}

function parseThreshold(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0)) throw new InvalidArgumentError('must be a number above 0')
  return value
}

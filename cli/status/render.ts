import type { ModelOverview } from '../../api/contract/overview.ts'
import { MARKS } from '../compare/marks.ts'
import { tableLines, type TableColumn } from '../compare/table.ts'
import type { Paint } from '../shared/paint.ts'
import { minuteOf, WIDEST } from '../shared/print.ts'
import { plural, printable, thousands, wrap } from '../shared/text.ts'

export type ModelState = ModelOverview

interface Shown {
  models: readonly ModelState[]
  problems: readonly string[]
  width: number
  paint: Paint
}

interface Mark {
  icon: string
  word: string
  style: Parameters<Paint>[0]
}

const UNKNOWN: Omit<Mark, 'word'> = { icon: '○', style: ['cyan'] }
const BEFORE: Record<ModelState['state'], string> = {
  no_events: 'no predictions',
  no_baseline: 'no baseline',
  no_monitor: 'no monitor',
  waiting: 'not evaluated yet',
  evaluated: 'no verdict',
}
const STANDING: Record<NonNullable<ModelState['status']>, Mark> = {
  ...MARKS,
  pending: { icon: '△', word: 'pending', style: ['yellow'] },
  no_data: { ...UNKNOWN, word: 'no data' },
  error: { icon: '✖', word: 'cannot evaluate', style: ['bold', 'red'] },
}

const markOf = ({ state, status }: ModelState): Mark =>
  status === null ? { ...UNKNOWN, word: BEFORE[state] } : STANDING[status]

const COLUMNS: readonly TableColumn<ModelState>[] = [
  { title: 'state', align: 'left', cell: (model) => `${markOf(model).icon} ${markOf(model).word}` },
  { title: 'model', align: 'left', cell: ({ model }) => printable(model), shrinksTo: 12 },
  { title: 'firing', align: 'right', cell: ({ firing }) => String(firing.length) },
  { title: 'predictions 24 h', align: 'right', cell: ({ predictions }) => thousands(predictions.last_24h) },
  {
    title: 'newest window (UTC)',
    align: 'left',
    cell: ({ latest_window_end: end }) => (end === null ? 'none' : minuteOf(end)),
    dropped: 1,
  },
]

/** How all models stand, the alerts that fire, and what else needs attention. */
export function renderStatus({ models, problems, width, paint }: Shown): string[] {
  const firing = models.flatMap(({ model, firing: alerts }) => alerts.map((alert) => ({ model, ...alert })))
  const { title, lines } = tableLines(COLUMNS, models, width, (cell, model, column) =>
    column.title === 'state' ? paint(markOf(model).style, cell) : cell,
  )
  return [
    headline(models, problems, paint),
    ...(models.length === 0 ? [] : ['', title, ...lines]),
    ...(firing.length === 0 ? [] : ['', 'Firing:']),
    ...firing.flatMap(({ severity, id, summary }) =>
      entry(paint(MARKS[severity].style, MARKS[severity].icon), `${printable(summary)} [${printable(id)}]`, width),
    ),
    ...(problems.length === 0 ? [] : ['', 'Needs attention:']),
    ...problems.flatMap((problem) => entry(paint(['yellow'], '!'), problem, width)),
  ] // prettier-ignore
}

function headline(models: readonly ModelState[], problems: readonly string[], paint: Paint): string {
  const firing = models.filter((one) => one.firing.length > 0)
  const alerts = firing.reduce((sum, one) => sum + one.firing.length, 0)
  const evaluated = models.filter(({ state }) => state === 'evaluated').length
  const all = plural(models.length, 'model')
  if (models.length === 0) return 'No models are declared. "driftgauge apply -f FILE" declares them.'
  if (alerts > 0) {
    const isCritical = firing.some((one) => one.firing.some(({ severity }) => severity === 'critical'))
    const where = models.length === 1 ? '' : ` on ${firing.length} of ${all}`
    const { icon, style } = MARKS[isCritical ? 'critical' : 'warning']
    return `${paint(style, icon)} ${paint(['bold'], `${plural(alerts, 'alert')} firing${where}.`)}`
  }
  const rest = evaluated === models.length ? '' : `, ${thousands(evaluated)} of them evaluated`
  const icon = problems.length > 0 || rest !== '' ? '○' : '✓'
  return `${icon} ${paint(['bold'], `No alert fires on ${all}${rest}.`)}`
}

/** A mark, and a text that goes on below itself. */
function entry(mark: string, text: string, width: number): string[] {
  return wrap(text, Math.min(width, WIDEST) - 4).map((line, at) => (at === 0 ? `  ${mark} ${line}` : `    ${line}`))
} // prettier-ignore

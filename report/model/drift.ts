import { distributionHeight, distributionOption } from '../../charts/distribution.ts'
import { formatCount, formatInstant, formatNumber } from '../../charts/format.ts'
import { seriesOption } from '../../charts/series.ts'
import { distributionSummary, seriesSummary } from '../../charts/summary.ts'
import { isBreach, type Verdict } from '../../domain/verdict.ts'
import { memberName, subjectOf } from '../../domain/words/wording.ts'
import { chartSvg } from '../html/chart.ts'
import { html, name, type Html } from '../html/html.ts'
import { badge, nothing, section, verdictText } from '../html/parts.ts'
import { leftOut, table, within } from '../html/table.ts'
import { distributionBins, seriesData } from './charts.ts'
import type { Heatmap, ModelReport, WorstColumn } from './data.ts'
import { figure, unavailable } from './figure.ts'
import { overTime } from './over-time.ts'
import { drifted } from './words.ts'

const HALF = 520
/** Of the charts of all monitors. */
const CHART_BYTES = 350_000
/** Of the table of the columns that have no chart. */
const FURTHER_BYTES = 120_000
const WAY_OUT = 'The API and the dashboard have them.'

/** Drift over time by each monitor, and the columns that drifted most. */
export function driftSections(report: ModelReport): Html[] {
  const { drift } = report
  const bytes = CHART_BYTES / drift.length
  const parts = within(
    drift.map(
      ({ monitor, heatmap }, i) =>
        () =>
          heatmap.status === 'ready'
            ? overTime(report, heatmap.data, { id: i, bytes })
            : unavailable(`Drift by monitor ${monitor}`, heatmap.reason),
    ),
    CHART_BYTES,
  )
  const left = drift.length - parts.length
  const body =
    drift.length === 0
      ? nothing('No monitor looks for drift of this model.')
      : [...parts, left > 0 && leftOut(left, 'monitor', WAY_OUT)]
  return [section({ title: 'Drift over time', id: 'drift', body }), worstSection(report)]
}

function worstSection(report: ModelReport): Html {
  const { worst, drift } = report
  const all = drift.flatMap(({ monitor, heatmap }) =>
    heatmap.status === 'ready' ? drifted(heatmap.data).map((row) => withWorst(row, monitor)) : [],
  )
  const isShown = (row: Drifted) =>
    worst.some(
      ({ monitor, result }) =>
        monitor === row.monitor && result.kind === row.kind && result.column === row.column,
    )
  const more = all
    .filter((row) => !isShown(row))
    .toSorted((a, b) => Number(b.isCritical) - Number(a.isCritical) || (b.largest ?? 0) - (a.largest ?? 0))
  const body =
    all.length === 0
      ? nothing('No column reached a threshold in the period.')
      : [...worst.map((column, i) => card(report, column, i)), more.length > 0 && further(more)]
  return section({
    title: 'Columns that drifted most',
    id: 'worst',
    lead: all.length > 0 && 'Each in the worst of its windows.',
    body,
  })
}

type Row = Heatmap['rows'][number]

interface Drifted extends Row {
  monitor: string
  isCritical: boolean
  /** The largest effect in the windows in which it drifted. */
  largest: number | null
}

function withWorst(row: Row, monitor: string): Drifted {
  const found = row.verdicts.flatMap((verdict, i) => (isBreach(verdict) ? [row.effects[i] ?? -Infinity] : []))
  const most = found.reduce((most, effect) => Math.max(most, effect), -Infinity)
  return {
    ...row,
    monitor,
    isCritical: row.verdicts.includes('critical'),
    largest: Number.isFinite(most) ? most : null,
  }
}

/** Whatever else reached a threshold at some time in the period, in figures alone. */
function further(rows: readonly Drifted[]): Html {
  const label = `${formatCount(rows.length)} more that drifted`
  return html`<h3 class="further">${label}</h3>
    ${table(
      label,
      [
        {
          title: 'Worst',
          cell: (row) => verdictText(row.isCritical ? 'critical' : 'warning'),
        },
        { title: 'Column', isName: true, cell: (row) => name(memberName(row)) },
        { title: 'Drift', ifRoom: true, cell: ({ kind }) => subjectOf(kind) },
        { title: 'Monitor', cell: ({ monitor }) => name(monitor) },
        {
          title: 'Largest effect',
          kind: 'number',
          cell: (row) => formatNumber(row.largest),
        },
        {
          title: 'Windows',
          kind: 'number',
          cell: ({ verdicts }) =>
            `${formatCount(verdicts.filter(isBreach).length)} of ${formatCount(verdicts.length)}`,
        },
      ],
      rows,
      { bytes: FURTHER_BYTES, instead: ({ length }) => leftOut(length, 'row', WAY_OUT) },
    )}`
}

function card(report: ModelReport, column: WorstColumn, i: number): Html {
  const { monitor, result } = column
  const series = seriesData(
    column,
    report.monitors.find((one) => one.name === monitor),
  )
  const overTime = figure(
    chartSvg(
      {
        build: (look) => seriesOption({ ...series, ...look, selected: result.window_end }),
        width: HALF,
        height: 260,
        summary: seriesSummary(series),
      },
      `series${i}`,
    ),
    seriesSummary(series),
  )
  const data = { column: result.column, bins: distributionBins(result) }
  const compared =
    data.bins.length === 0
      ? nothing('The bins of this window are not stored, or it was not decided by bins.')
      : figure(
          chartSvg(
            {
              build: (look) => distributionOption({ ...data, ...look }),
              width: HALF,
              height: distributionHeight(data.bins),
              summary: distributionSummary(data),
            },
            `bins${i}`,
          ),
          distributionSummary(data),
        )
  return html`<article class="card">
    <header>
      ${badge(result.verdict as Verdict)}
      <h3>${name(memberName(result))}</h3>
      <span class="soft"
        >${subjectOf(result.kind).toLowerCase()}, effect ${formatNumber(result.effect)}, window ending
        ${formatInstant(result.window_end)}, monitor ${name(monitor)}</span
      >
    </header>
    <p>${result.explanation}</p>
    <div class="pair even">${compared}${overTime}</div>
  </article> `
}

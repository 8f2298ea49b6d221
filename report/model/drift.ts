import { distributionHeight, distributionOption } from '../../charts/distribution.ts'
import { formatInstant, formatNumber } from '../../charts/format.ts'
import { driftedShare } from '../../charts/heatmap/drifted-share.ts'
import { heatmapHeight, heatmapOption } from '../../charts/heatmap/heatmap.ts'
import { seriesOption } from '../../charts/series.ts'
import { shareOption } from '../../charts/share.ts'
import { distributionSummary, heatmapSummary, seriesSummary, shareSummary } from '../../charts/summary.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { memberName, subjectOf } from '../../domain/words/wording.ts'
import { chartSvg } from '../html/chart.ts'
import { html, name, type Html } from '../html/html.ts'
import { badge, nothing, section } from '../html/parts.ts'
import { figure, unavailable } from './figure.ts'
import { distributionBins, eventsOf, heatmapData, seriesData } from './charts.ts'
import type { Heatmap, ModelReport, WorstColumn } from './data.ts'
import { heatLegend } from './heat-legend.ts'
import { drifted } from './words.ts'

const HALF = 520
const WIDE = 940
const SHARE_HEIGHT = 220
/** Rows of a heatmap; those with the largest effects come first. */
const MOST_ROWS = 60

/** Drift over time by each monitor, and the columns that drifted most. */
export function driftSections(report: ModelReport): Html[] {
  const parts = report.drift.map(({ monitor, heatmap }, i) =>
    heatmap.status === 'ready'
      ? overTime(report, heatmap.data, i)
      : unavailable(`Drift by monitor ${monitor}`, heatmap.reason),
  )
  const body = parts.length === 0 ? nothing('No monitor looks for drift of this model.') : parts
  return [section({ title: 'Drift over time', id: 'drift', body }), worstSection(report)]
}

function overTime(report: ModelReport, heatmap: Heatmap, i: number): Html {
  const { rows, window_ends, step } = heatmap
  const title = html`<h3>Monitor ${name(heatmap.monitor)}</h3>`
  if (rows.length === 0 || window_ends.length === 0)
    return html`<div class="card">${title}${nothing('Nothing was evaluated in the period.')}</div>`
  const monitor = report.monitors.find((one) => one.name === heatmap.monitor)
  const data = heatmapData({ ...heatmap, rows: rows.slice(0, MOST_ROWS) }, monitor)
  const range = { from: report.from, to: report.to }
  const share = { points: driftedShare(heatmap), range }
  const left = rows.length - data.rows.length
  const notes = [
    step > 1 && `A cell combines up to ${step} windows; it has their worst verdict.`,
    left > 0 && `${left} more rows with smaller effects are left out; the API and the dashboard have them.`,
  ].filter(Boolean)
  const hasFeatures = rows.some(({ kind }) => kind === 'feature')
  return html`<div class="card">
    ${title}${hasFeatures && figure(chartSvg({ build: (look) => shareOption({ ...share, ...look, events: eventsOf(report) }), width: WIDE, height: SHARE_HEIGHT, summary: shareSummary(share) }, `share${i}`), shareSummary(share), true)}${figure(chartSvg({ build: (look) => heatmapOption({ ...data, ...look, range }), width: WIDE, height: heatmapHeight(data.rows.length), summary: heatmapSummary(data) }, `heat${i}`), [heatmapSummary(heatmapData(heatmap, monitor)), ...notes].join(' '), true)}${heatLegend(data.thresholds)}
  </div>`
}

function worstSection(report: ModelReport): Html {
  const { worst, drift } = report
  const all = drift.flatMap(({ heatmap }) => (heatmap.status === 'ready' ? drifted(heatmap.data) : []))
  const more = all.length - worst.length
  const body =
    all.length === 0
      ? nothing('No column reached a threshold in the period.')
      : [
          ...worst.map((column, i) => card(report, column, i)),
          more > 0 &&
            nothing(
              `${more} more ${more === 1 ? 'row' : 'rows'} of the tables above reached a threshold at some time in the period.`,
            ),
        ]
  return section({
    title: 'Columns that drifted most',
    id: 'worst',
    lead: all.length > 0 && 'Each in the worst of its windows.',
    body,
  })
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

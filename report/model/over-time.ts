import { driftedShare } from '../../charts/heatmap/drifted-share.ts'
import { formatCount } from '../../charts/format.ts'
import { labelsWidth } from '../../charts/frame.ts'
import { heatmapHeight, heatmapOption } from '../../charts/heatmap/heatmap.ts'
import { shareOption } from '../../charts/share.ts'
import { heatmapSummary, shareSummary } from '../../charts/summary.ts'
import { chartSvg } from '../html/chart.ts'
import { html, name, type Html } from '../html/html.ts'
import { nothing } from '../html/parts.ts'
import { figure } from './figure.ts'
import { eventsOf, heatmapData } from './charts.ts'
import type { Heatmap, ModelReport } from './data.ts'
import { heatLegend } from './heat-legend.ts'

const WIDE = 940
const SHARE_HEIGHT = 220
/** Rows of a heatmap to be tried, at most as many as fit on a page of A4; those with the largest effects come first. */
const MOST_ROWS = [40, 25, 15, 8, 4]

/** What a monitor found over time: how many features drifted, and which column when. */
export function overTime(
  report: ModelReport,
  heatmap: Heatmap,
  { id, bytes }: { id: number; bytes: number },
): Html {
  const { rows, window_ends, step } = heatmap
  const title = html`<h3>Monitor ${name(heatmap.monitor)}</h3>`
  if (rows.length === 0 || window_ends.length === 0)
    return html`<div class="card">${title}${nothing('Nothing was evaluated in the period.')}</div>`
  const monitor = report.monitors.find((one) => one.name === heatmap.monitor)
  const all = heatmapData(heatmap, monitor)
  const range = { from: report.from, to: report.to }
  const share = { points: driftedShare(heatmap), range }
  const shareFigure =
    rows.some(({ kind }) => kind === 'feature') &&
    figure(
      chartSvg(
        {
          build: (look) => shareOption({ ...share, ...look, events: eventsOf(report) }),
          width: WIDE,
          height: SHARE_HEIGHT,
          summary: shareSummary(share),
        },
        `share${id}`,
      ),
      shareSummary(share),
      true,
    )
  const { chart, shown } = fitted(all, range, {
    id,
    bytes: bytes - (shareFigure ? Buffer.byteLength(shareFigure.text) : 0),
  })
  const left = rows.length - shown
  const notes = [
    step > 1 && `A cell combines up to ${step} windows; it has their worst verdict.`,
    left > 0 &&
      `${formatCount(left)} more rows with smaller effects are left out to keep this report short; the API and the dashboard have them.`,
  ].filter(Boolean)
  return html`<div class="card">
    ${title}${shareFigure}${figure(chart, [heatmapSummary(all), ...notes].join(' '), true)}${heatLegend(all.thresholds)}
  </div>`
}

/** The heatmap with as many rows as there is room for, and with a few at least. */
function fitted(
  all: ReturnType<typeof heatmapData>,
  range: { from: string; to: string },
  { id, bytes }: { id: number; bytes: number },
): { chart: Html; shown: number } {
  const draw = (most: number) => {
    const data = { ...all, rows: all.rows.slice(0, most) }
    const summary = heatmapSummary(data)
    const labels = labelsWidth(data.rows.map(({ label }) => label))
    const chart = chartSvg(
      {
        build: (look) => heatmapOption({ ...data, ...look, range, labels }),
        width: WIDE,
        height: heatmapHeight(data.rows.length),
        summary,
      },
      `heat${id}`,
    )
    return { chart, shown: data.rows.length }
  }
  for (const most of MOST_ROWS.slice(0, -1)) {
    const drawn = draw(most)
    if (Buffer.byteLength(drawn.chart.text) <= bytes) return drawn
  }
  return draw(MOST_ROWS.at(-1)!)
}

import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import type { EChartsOption } from 'echarts'
import type { DistributionData, SeriesData } from '../../../charts/data.ts'
import { distributionHeight, distributionOption } from '../../../charts/distribution.ts'
import { drawSvg, xmlText } from '../../../charts/export/svg.ts'
import { seriesOption } from '../../../charts/series.ts'
import { seriesSummary } from '../../../charts/summary.ts'
import { palette, type Appearance } from '../../../charts/theme.ts'
import { fit } from '../../message/fit.ts'

/** A picture to be embedded. */
export interface Picture {
  png: Buffer
  /** Pixels that it may take at most; the file has more, for the dense screens of phones. */
  width: number
  alt: string
}

/** What the picture shows of a column. */
export interface PictureData {
  series: SeriesData
  /** End of the window that the alert is about. */
  windowEnd: string
  /** Of the window; undefined where the alert is about something else. */
  distribution: DistributionData | undefined
}

/** Narrow, so that its labels can still be read where a phone makes it smaller. */
const WIDTH = 420
const SCALE = 3
const MOST_SHOWN = 540
const MARGIN = 12
/** The last label of an axis stands out on the right. */
const CHART_WIDTH = WIDTH - MARGIN
const HEADING = 30
const SERIES_HEIGHT = 240
/** Bins of a long list of categories beyond this height are left out: the page has them. */
const MOST_HEIGHT = 420
const FONT_FAMILY = 'DejaVu Sans'

const { resolve } = createRequire(import.meta.url)
const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']

/** Draws the charts of a column, one below the other, as on the dashboard's light page. Throws where that fails. */
export function drawPicture(data: PictureData, fonts = fontFiles()): Picture {
  const panels = panelsOf(data)
  const height = panels.reduce((sum, panel) => sum + HEADING + panel.height + MARGIN, MARGIN)
  const { surface } = palette('light')
  let top = MARGIN
  const drawn = panels.map(({ title, option, height: own }) => {
    const y = top
    top += HEADING + own + MARGIN
    return heading(title, y) + place(drawSvg(option, { width: CHART_WIDTH, height: own }), y + HEADING)
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}"><rect width="100%" height="100%" fill="${surface}"/>${drawn.join('')}</svg>`
  const image = new Resvg(xmlText(svg), {
    fitTo: { mode: 'width', value: WIDTH * SCALE },
    font: { fontFiles: fonts, loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
  })
  return { png: image.render().asPng(), width: MOST_SHOWN, alt: seriesSummary(data.series) }
}

/** The fonts by which text is drawn, wherever this file runs from. */
export function fontFiles(): string[] {
  return FONTS.map((name) => resolve(`dejavu-fonts-ttf/ttf/${name}`))
}

interface Panel {
  title: string
  option: EChartsOption
  height: number
}

function panelsOf({ series, windowEnd, distribution }: PictureData): Panel[] {
  const appearance: Appearance = { theme: 'light', fontFamily: FONT_FAMILY, width: CHART_WIDTH }
  const overTime = {
    title: `${series.of}: ${series.statistic} over time`,
    option: seriesOption({ ...series, ...appearance, selected: windowEnd }),
    height: SERIES_HEIGHT,
  }
  if (distribution === undefined || distribution.bins.length === 0) return [overTime]
  const shown = { ...distribution, bins: fitting(distribution.bins) }
  const compared = {
    title: `${series.of}: baseline against window`,
    option: distributionOption({ ...shown, ...appearance }),
    height: distributionHeight(shown.bins),
  }
  return [compared, overTime]
}

/** The bins that add most to the drift, where all of them take too much room; in the order that they had. */
function fitting(bins: DistributionData['bins']): DistributionData['bins'] {
  if (distributionHeight(bins) <= MOST_HEIGHT) return bins
  const byPart = bins.toSorted((a, b) => (b.contribution ?? 0) - (a.contribution ?? 0))
  const most = byPart.findIndex((_, i) => distributionHeight(byPart.slice(0, i + 1)) > MOST_HEIGHT)
  const kept = new Set(byPart.slice(0, most === -1 ? undefined : most))
  return bins.filter((bin) => kept.has(bin))
}

function place(svg: string, y: number): string {
  return `<g transform="translate(0 ${y})">${svg}</g>`
}

function heading(title: string, y: number): string {
  const text = fit(title, 46).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="8" y="${y + 20}" font-family="${FONT_FAMILY}" font-weight="bold" font-size="14" fill="${palette('light').text}">${text}</text>`
}

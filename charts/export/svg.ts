import { init, type EChartsOption } from 'echarts'

/** Draws a chart as SVG, without a browser. Text is placed by estimated widths. */
export function drawSvg(option: EChartsOption, size: { width: number; height: number }): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(option)
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

/** The text without what no XML may hold; names of users may hold it. */
export function xmlText(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
}

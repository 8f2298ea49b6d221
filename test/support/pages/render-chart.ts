import * as echarts from 'echarts'

/** Draws a chart as the server does, and returns its SVG, whose ids do not tell how many were drawn before. */
export function renderChart(option: echarts.EChartsOption, width = 1000, height = 400): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg.replace(/\bzr\d+-(cls-\d+|c\d+)/g, 'zr')
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" }

/** The texts of an SVG as a reader sees them. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text.replace(/&(\w+|#\d+);/g, (entity, name: string) => ENTITIES[name] ?? entity),
  )
}

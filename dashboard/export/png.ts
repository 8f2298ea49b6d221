import type { EChartsOption } from 'echarts'
import type { LegendEntry } from '../../charts/heatmap/heatmap-legend.ts'
import { plain } from '../../charts/format.ts'
import { subjectWords, type Subject } from '../../charts/export/subject.ts'
import { FONT_FAMILY, palette, type Appearance, type Palette, type Theme } from '../../charts/theme.ts'
import { init } from '../components/shared/echarts.ts'
import { drawLegend, LEGEND_HEIGHT } from './legend.ts'

/** What draws a chart, and what its page shows beside it. */
export interface Picture {
  build: (appearance: Appearance) => EChartsOption
  /** In pixels. */
  height: number
  /** Of charts that have none in themselves. */
  legend?: ((theme: Theme) => readonly LegendEntry[]) | undefined
  /** A sentence below it that says what its colours are. */
  note?: string | undefined
}

const WIDTH = 1200
const MARGIN = 24
const SCALE = 2
const TITLE = { font: `600 20px ${FONT_FAMILY}`, line: 28 }
const WORDS = { font: `13px ${FONT_FAMILY}`, line: 18, mostLines: 3 }

/** The chart as a PNG that is understood by itself: at twice the size, with title, model, period and legend. */
export async function png(picture: Picture, subject: Subject, theme: Theme): Promise<Blob> {
  await document.fonts.ready
  const colors = palette(theme)
  const width = WIDTH - 2 * MARGIN
  const chart = await drawn(picture, theme, width)
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')!
  context.font = WORDS.font
  const lines = wrapped(context, plain(subjectWords(subject)), width)
  const entries = picture.legend?.(theme) ?? []
  const note = plain(picture.note ?? '')
  const top = MARGIN + TITLE.line + lines.length * WORDS.line + 12
  canvas.width = SCALE * WIDTH
  canvas.height =
    SCALE *
    (top +
      picture.height +
      (entries.length > 0 ? LEGEND_HEIGHT : 0) +
      (note === '' ? 0 : WORDS.line) +
      MARGIN)
  context.scale(SCALE, SCALE)
  context.fillStyle = colors.surface
  context.fillRect(0, 0, canvas.width, canvas.height)
  heading(context, plain(subject.title), lines, colors)
  context.drawImage(chart, MARGIN, top, width, picture.height)
  drawLegend(context, entries, { x: MARGIN, y: top + picture.height, colors })
  context.fillText(note, MARGIN, canvas.height / SCALE - MARGIN - WORDS.line / 2, width)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('The picture is too large.')) : resolve(blob)),
      'image/png',
    )
  })
}

async function drawn({ build, height }: Picture, theme: Theme, width: number): Promise<HTMLCanvasElement> {
  const chart = init(document.createElement('div'), null, { width, height, devicePixelRatio: SCALE })
  const finished = new Promise<void>((resolve) => void chart.on('finished', () => resolve()))
  chart.setOption(build({ theme, width }))
  await finished
  const canvas = chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: palette(theme).surface })
  chart.dispose()
  return canvas
}

function heading(
  context: CanvasRenderingContext2D,
  title: string,
  lines: readonly string[],
  colors: Palette,
) {
  context.textBaseline = 'top'
  context.fillStyle = colors.text
  context.font = TITLE.font
  context.fillText(title, MARGIN, MARGIN, WIDTH - 2 * MARGIN)
  context.fillStyle = colors.muted
  context.font = WORDS.font
  lines.forEach((line, i) => context.fillText(line, MARGIN, MARGIN + TITLE.line + i * WORDS.line))
}

/** The text in lines of at most `width` pixels; what is too long even so ends in an ellipsis. */
function wrapped(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = []
  let rest = [...text]
  while (rest.length > 0 && lines.length < WORDS.mostLines) {
    let end = rest.length
    while (end > 1 && context.measureText(rest.slice(0, end).join('')).width > width) end--
    const space = end < rest.length ? rest.lastIndexOf(' ', end) : -1
    if (space > 0) end = space
    lines.push(rest.slice(0, end).join(''))
    rest = rest.slice(end + (space > 0 ? 1 : 0))
  }
  if (rest.length > 0) lines[lines.length - 1] = `${lines.at(-1)!.slice(0, -1)}…`
  return lines
}

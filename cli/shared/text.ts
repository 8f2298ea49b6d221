/** Text from files on a terminal: nothing in it may act on the terminal, and columns must stay aligned. */

export { printable } from '../../domain/printable.ts'

/** JSON leaves DEL and the C1 controls as they are, and a terminal may obey them. */
export function escapeControls(json: string): string {
  return json.replace(/[\u007f-\u009f]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`)
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u
/** East Asian wide and full-width blocks, and emoji that are drawn as pictures. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18fff}\u{1b000}-\u{1b2ff}\u{1f1e6}-\u{1f1ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u

const widthOf = (grapheme: string) => (ZERO_WIDTH.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1)

/** Terminal cells that a text takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment)
  return width
}

/** The text cut to at most `limit` cells, `…` standing for what is gone. */
export function truncate(text: string, limit: number): string {
  if (displayWidth(text) <= limit) return text
  let kept = ''
  let width = 0
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment)
    if (width > limit - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** The text broken at spaces into lines of at most `limit` cells; a longer word keeps a line of its own, cut. */
export function wrap(text: string, limit: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= limit) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = truncate(word, limit)
  }
  return line === '' ? lines : [...lines, line]
}

/** The text filled up to `width` cells, on the right or, for numbers, on the left. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const filling = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'left' ? text + filling : filling + text
}

/** A count with its thousands apart: `12,345`. */
export const thousands = (n: number) => n.toLocaleString('en-US')

/** "1 column", "3 columns". */
export const plural = (n: number, noun: string) => `${thousands(n)} ${noun}${n === 1 ? '' : 's'}`

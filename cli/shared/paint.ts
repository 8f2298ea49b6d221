import { styleText } from 'node:util'

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

/** Styles text on a terminal that has colours, and nowhere else. */
export function paintOn(terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'hasColors'>): Paint {
  const coloured = Boolean(terminal.isTTY) && terminal.hasColors()
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text)
}

import type { styleText } from 'node:util'
import type { Verdict } from '../../domain/verdict.ts'
import { printable, wrap } from '../shared/text.ts'

/** Icon and word: colour only repeats what they say. */
export const MARKS: Record<Verdict, { icon: string; word: string; style: Parameters<typeof styleText>[0] }> =
  {
    critical: { icon: '✖', word: 'critical', style: ['bold', 'red'] },
    warning: { icon: '▲', word: 'warning', style: ['bold', 'yellow'] },
    insufficient_data: { icon: '○', word: 'no verdict', style: ['cyan'] },
    unconfirmed: { icon: '▽', word: 'unconfirmed', style: ['cyan'] },
    ok: { icon: '✓', word: 'ok', style: [] },
  }

export const MARGIN = '  '
/** Where the explanation of a column begins, under its name. */
const INDENT = MARGIN + ' '.repeat(14)

/** None is in a printable text. */
const NO_BREAK = '\u00a0'
/** Cut like this a sentence still takes few lines, whatever a category is called. */
const REASON_LENGTH = 600

/** Sentences below a row of a table, which is as wide as `width`. */
export function explanationLines(explanation: string, width: number): string[] {
  const text = printable(explanation)
  const cut = text.length > REASON_LENGTH ? `${text.slice(0, REASON_LENGTH)}…` : text
  // A line must not end within a name, whose spaces may be what matters.
  const whole = cut.replace(/"(?:[^"\\]|\\.)*"/g, (name) => name.replaceAll(' ', NO_BREAK))
  return wrap(whole, width - INDENT.length).map((line) => INDENT + line.replaceAll(NO_BREAK, ' '))
}

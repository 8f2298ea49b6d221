const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * A text within `most` UTF-16 units as it is sent, that is after `escape`. What is too long ends with "…", cut
 * between characters as people see them, and never inside of what an escape became.
 */
export function fit(text: string, most: number, escape: (text: string) => string = (same) => same): string {
  const whole = escape(text)
  if (whole.length <= most) return whole
  let fitted = ''
  for (const { segment } of SEGMENTER.segment(text)) {
    const next = escape(segment)
    if (fitted.length + next.length > most - 1) break
    fitted += next
  }
  return `${fitted.trimEnd()}…`
}

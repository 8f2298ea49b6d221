/** Rewrites what stands outside of the strings of a JSON text; what is inside of them stays as it is. */
export function outsideStrings(text: string, rewrite: (part: string) => string): string {
  let rewritten = ''
  let at = 0
  for (;;) {
    const open = text.indexOf('"', at)
    if (open < 0) return rewritten + rewrite(text.slice(at))
    const end = endOfString(text, open)
    rewritten += rewrite(text.slice(at, open)) + text.slice(open, end)
    at = end
  }
}

/** The place after the string that opens at `open`; the end of the text where it is not closed. */
export function endOfString(text: string, open: number): number {
  let close = open
  do {
    close = text.indexOf('"', close + 1)
    if (close < 0) return text.length
  } while (isEscaped(text, close))
  return close + 1
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

const [NEWLINE, QUOTE] = [10, 34]

/** Where the last whole record of the bytes ends; 0 where none does. A quoted cell may hold line breaks. */
export function endOfLines(bytes: Uint8Array, hasQuotes: boolean): number {
  if (!hasQuotes) return bytes.lastIndexOf(NEWLINE) + 1
  let end = 0
  let isQuoted = false
  for (const [i, byte] of bytes.entries()) {
    if (byte === QUOTE) isQuoted = !isQuoted
    else if (byte === NEWLINE && !isQuoted) end = i + 1
  }
  return end
}

/** Text from users' data for people to read: nothing in it may act on a terminal, and nothing may be invisible. */

/** Controls, line separators, invisible and direction-changing characters, lone surrogates. */
const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/gu

const SHORT_ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const spelled = (found: string) => SHORT_ESCAPES[found] ?? `\\u{${found.codePointAt(0)!.toString(16)}}`

/** The text with everything that is not plainly visible spelled out as an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, spelled)
}

/** A longer name is cut. */
const NAME_LENGTH = 60

/**
 * A name as it stands in a sentence: in quotes, and with whatever makes it another one than it seems spelled out, such as
 * spaces that are no plain ones or follow one another, and accents that stand by themselves.
 */
export function quoted(name: string): string {
  const characters = [...name]
  const cut = characters.length > NAME_LENGTH ? `${characters.slice(0, NAME_LENGTH - 1).join('')}…` : name
  const escaped = cut
    .replace(/[\\"]/g, '\\$&')
    .replace(/(?<= ) |(?! )\p{Zs}/gu, spelled)
    .replace(cut === cut.normalize('NFC') ? /(?!)/g : /\p{M}/gu, spelled)
  return `"${printable(escaped)}"`
}

/** A piece of a sentence: words, or code that stands between backticks. */
export interface Part {
  text: string
  isCode: boolean
}

/**
 * The pieces of a sentence of the service, which marks code as Markdown does and quotes as a terminal can show it. On
 * pages code looks like code, and quotes are those of print; quotes that belong to a value, as in `["a"]`, stay.
 */
export function sentenceParts(sentence: string): Part[] {
  return sentence
    .split(/`([^`\n]+)`/)
    .map((text, i) => (i % 2 === 1 ? { text, isCode: true } : { text: inPrint(text), isCode: false }))
    .filter(({ text }) => text !== '')
}

const inPrint = (text: string) => text.replace(/(?<=^|[\s(])"([^"\n]*)"(?=$|[\s.,;:!?)])/g, '“$1”')

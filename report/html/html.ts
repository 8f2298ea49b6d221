import { printable } from '../../domain/printable.ts'

/** Markup that is safe to place in a page: made by {@link html}, or by code that escapes for itself. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Content = Html | string | number | false | null | undefined | readonly Content[]

/** Markup with values in it. Every value that is not markup itself is escaped, in text and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  const slim = withoutIndents(parts)
  return new Html(slim.map((part, i) => part + (i < values.length ? markup(values[i]) : '')).join(''))
}

const slimParts = new WeakMap<TemplateStringsArray, readonly string[]>()

/** How the code is indented would take a tenth of a page with many rows. */
function withoutIndents(parts: TemplateStringsArray): readonly string[] {
  const known = slimParts.get(parts)
  if (known !== undefined) return known
  const slim = parts.map((part) => part.replace(/\n\s+/g, '\n'))
  slimParts.set(parts, slim)
  return slim
}

function markup(value: Content): string {
  if (value instanceof Html) return value.text
  if (value === false || value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escaped(value)
  return value.map(markup).join('')
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Whatever is invisible or would turn text around is spelled out: no text of a report has a use for it. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character])
}

const LONGEST_NAME = 160

/** A name from users' data: its direction stays within, and it is cut where it is endless. */
export function name(text: string): Html {
  return html`<bdi class="name">${shortened(text)}</bdi>`
}

/** At most 160 characters of a name. */
export function shortened(text: string): string {
  const characters = [...text.slice(0, 4 * LONGEST_NAME)]
  return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join('')}…` : text
}

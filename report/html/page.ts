import { createHash } from 'node:crypto'
import { html, Html, type Content } from './html.ts'
import { STYLE } from './style.ts'

/** What a report may do wherever it is opened: show itself in its own style sheet, and load and run nothing. */
export const REPORT_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** Not escaped: a style sheet is no markup, and its hash is of what it says. */
const style = new Html(`<style>${STYLE}</style>`)

export interface Page {
  title: string
  /** At the top: what it is of and what it says. */
  head: Content
  body: Content
  /** At the bottom: what made it, and when. */
  foot: Content
}

/** A page in one file, which needs neither scripts nor a network. */
export function page({ title, head, body, foot }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="content-security-policy" content="${REPORT_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <header class="head">${head}</header>
        <main>${body}</main>
        <footer>${foot}</footer>
      </body>
    </html> `.text
}

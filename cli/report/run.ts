import { writeFile } from 'node:fs/promises'
import { ConfigError } from '../../config.ts'
import type { Api } from '../client/api-client.ts'
import { say } from '../shared/print.ts'
import { printable } from '../shared/text.ts'

export interface ReportOptions {
  from?: string
  to?: string
  html?: string
  /** `-` for standard output. */
  markdown?: string
}

/** Writes the report on a model in each form that is asked for. */
export async function writeReports(api: Api, model: string, options: ReportOptions): Promise<void> {
  const { from, to, html, markdown } = options
  if (html === undefined && markdown === undefined)
    throw new ConfigError('Say where to write it: --html FILE, --markdown FILE, or --markdown - to print it.')
  const text = (format: 'html' | 'markdown') => {
    const query = new URLSearchParams({ format, ...(from && { from }), ...(to && { to }) })
    return api.text(`/models/${encodeURIComponent(model)}/report?${query.toString()}`)
  }
  // Where the report itself is printed, nothing else is.
  const told = markdown === '-' ? () => {} : say
  if (html !== undefined) await write(html, await text('html'), told)
  if (markdown === '-') process.stdout.write(await text('markdown'))
  else if (markdown !== undefined) await write(markdown, await text('markdown'), told)
}

async function write(path: string, text: string, told: (line: string) => void): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw new ConfigError(`${printable(path)} cannot be written: ${printable((cause as Error).message)}`)
  }
  told(`Wrote ${printable(path)}.`)
}

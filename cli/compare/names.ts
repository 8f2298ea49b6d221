/** Names from files and arguments as they may stand in a sentence. */
import { basename } from 'node:path'
import { printable, truncate } from '../shared/text.ts'

const SHOWN_NAMES = 8

/** Names for a sentence, the first of them where they are many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map(label).join(', ')
  return names.length > SHOWN_NAMES ? `${shown} and ${names.length - SHOWN_NAMES} more` : shown
}

export const fileName = (path: string) => label(basename(path))
export const typeName = (type: string) => truncate(printable(type.replace(/\s+/g, ' ')), 60)

/** One name, short enough for a line. */
export const label = (name: string) => truncate(printable(name), 40)

/** A name as an argument of a command line. */
export const argument = (name: string) =>
  /^[\w.%+-]+$/.test(name) ? name : `'${printable(name).replaceAll("'", `'\\''`)}'`

import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { ConfigError } from '../../config.ts'

/** The ids in a file, or in standard input for `-`: one per line, without empty lines. Throws {@link ConfigError}. */
export async function readIds(path: string): Promise<string[]> {
  const content = path === '-' ? await text(process.stdin) : await contentOf(path)
  // Not trimmed: an id may begin or end with a space.
  const ids = content
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
  if (ids.length === 0) throw new ConfigError(`${path === '-' ? 'Standard input' : path} contains no ids.`)
  const tooLong = ids.findIndex((id) => id.length > 1000)
  if (tooLong >= 0)
    throw new ConfigError(`Id ${tooLong + 1} has more than 1000 characters. Write one id per line.`)
  return [...new Set(ids)]
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ConfigError(`Cannot read ${path}: ${(cause as Error).message}.`, { cause })
  }
}

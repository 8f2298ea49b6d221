import { writeFile } from 'node:fs/promises'
import { ConfigError } from '../../config.ts'
import { printable } from './text.ts'

/** Writes a file that does not exist yet. Another one, such as one with declarations, is never overwritten. */
export async function writeNew(path: string, content: string | Buffer): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' ? 'the file exists; choose a new name' : message
    throw new ConfigError(`${printable(path)}: ${printable(reason)}`)
  }
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const MAX_RESULT_BYTES = 64 * 1024
/** Enough for the characters of a message, also where each takes four bytes or a colour. */
const TAIL_BYTES = 32 * 1024

/** A small file as text; undefined where there is none. */
export const readSmall = (path: string): string | undefined => part(path, () => 0, MAX_RESULT_BYTES)

/** The end of a file as text; empty where there is none. */
export const readTail = (path: string): string =>
  part(path, (size) => Math.max(0, size - TAIL_BYTES), TAIL_BYTES) ?? ''

function part(path: string, startOf: (size: number) => number, length: number): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const buffer = Buffer.alloc(length)
    const read = readSync(file, buffer, 0, length, startOf(fstatSync(file).size))
    return buffer.subarray(0, read).toString('utf8')
  } finally {
    closeSync(file)
  }
}

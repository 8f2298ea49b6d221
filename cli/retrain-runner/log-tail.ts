import { stripVTControlCharacters } from 'node:util'
import { printable } from '../../domain/printable.ts'
import { MAX_MESSAGE } from './report.ts'

/**
 * A sentence and the end of a log, as long as a report may be. Pure. A progress bar overwrites its line, so that what
 * stands after the last carriage return is what was to be seen.
 */
export function withTail(sentence: string, log: string): string {
  const lines = stripVTControlCharacters(log)
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => printable(line.replace(/\r+$/, '').replace(/^.*\r/s, '').replace(/\t/g, '  ')).trimEnd())
  const tail = lines.join('\n').trim()
  const head = sentence.slice(0, MAX_MESSAGE)
  const room = MAX_MESSAGE - head.length - 1
  return tail === '' || room < 1 ? head : `${head}\n${tail.slice(-room).toWellFormed()}`
}

import { isUtf8 } from 'node:buffer'
import { literal } from '../../store/engine/sql.ts'

/*
 * The engine reads bytes that are no UTF-8 as they are and gives them back as other text, in which different letters have
 * become the same one.
 */

export const IS_NOT_UTF8 = 'is not in UTF-8: save the file as UTF-8'

/** What is wrong with a text file, or a part of it, in another encoding. */
export const notUtf8 = (part: string) => `${part} ${IS_NOT_UTF8}`

const FAULT = notUtf8('the text')

/** An expression of text that ends the statement unless it is UTF-8. */
export const utf8Sql = (text: string) =>
  `if(throwIf(NOT isValidUTF8(ifNull(${text}, '')), ${literal(FAULT)}) = 0, ${text}, NULL)`

/** The fault that {@link utf8Sql} ended a statement with; undefined for any other error. */
export const utf8Fault = (message: string) => (message.includes(FAULT) ? FAULT : undefined)

/** An expression that gives text as it is, and other bytes in hexadecimal notation. */
export const textOfBytesSql = (bytes: string) =>
  `if(isValidUTF8(${bytes}), ${bytes}, concat('\\\\x', hex(${bytes})))`

/** Whether so many lines at the beginning of a file are UTF-8. */
export function areUtf8(bytes: Buffer, lines: number): boolean {
  const text = bytes.toString('latin1').split('\n', lines).join('\n')
  return isUtf8(Buffer.from(text, 'latin1'))
}

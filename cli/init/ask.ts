import { createInterface } from 'node:readline'
import { ConfigError } from '../../config.ts'
import { printable } from '../shared/text.ts'

export interface Question {
  /** As it is shown, without what follows. */
  text: string
  /** What an empty answer means; undefined where there has to be an answer. */
  otherwise: string | undefined
  /** What is wrong with an answer; undefined where it can be used. */
  problem?: (answer: string) => string | undefined | Promise<string | undefined>
}

export interface Ask {
  /** Asks again until the answer can be used. Throws {@link ConfigError} on Ctrl-C and Ctrl-D. */
  (question: Question): Promise<string>
}

/** Questions on a terminal; undefined where there is none. */
export function terminalQuestions({
  stdin,
  stderr,
}: Pick<NodeJS.Process, 'stdin' | 'stderr'>): (Ask & { close(): void }) | undefined {
  if (!stdin.isTTY || !stderr.isTTY) return undefined
  const lines = createInterface({ input: stdin, output: stderr })
  // Lines that are there before their question are kept.
  const typed = lines[Symbol.asyncIterator]()
  const ask: Ask = async ({ text, otherwise, problem }) => {
    const hint = otherwise === undefined ? '' : ` [${printable(otherwise || 'none')}]`
    for (;;) {
      lines.setPrompt(`${text}${hint}: `)
      lines.prompt()
      const { done, value } = (await typed.next()) as IteratorResult<string, undefined>
      if (done === true) throw new ConfigError('Nothing was written.')
      const answer = value.trim() || otherwise
      const wrong = answer === undefined ? 'an answer is needed' : await problem?.(answer)
      if (wrong === undefined) return answer!
      stderr.write(`  ${printable(wrong)}\n`)
    }
  }
  return Object.assign(ask, { close: () => lines.close() })
}

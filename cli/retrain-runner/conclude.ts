import { withTail } from './log-tail.ts'
import type { Result } from './result.ts'
import type { Outcome } from './transition.ts'

/** How a command ended; `unknown` where an earlier runner had started it, which alone would have heard. */
export type Ending =
  | { how: 'exited'; code: number }
  | { how: 'signalled'; signal: string }
  | { how: 'not_started'; error: string }
  | { how: 'timed_out'; after: string }
  | { how: 'stopped' }
  | { how: 'unknown' }
  /** The runner was killed in the middle of its start. */
  | { how: 'lost' }

/** The version as the registry has it; `unasked` where the runner was told of no registry. */
export type Registered =
  { found: 'version'; version: string } | { found: 'none'; reason: string } | { found: 'unasked' }

/** Whether a version can be asked for at all after such an end. */
export const mayHaveSucceeded = (ending: Ending): boolean =>
  ending.how === 'unknown' || (ending.how === 'exited' && ending.code === 0)

/** What came of a command. Pure. A result file counts only where the command did not fail. */
export function conclude(ending: Ending, result: Result, registered: Registered, log: string): Outcome {
  const failed = (sentence: string): Outcome => ({ status: 'failed', message: withTail(sentence, log) })
  if (!mayHaveSucceeded(ending)) return failed(sentenceOf(ending))
  const began = sentenceOf(ending)
  if (result.found === 'faulty')
    return failed(`${began}, but its result file cannot be used: ${result.reason}.`)
  if (result.found === 'result') {
    const { version, baseline } = result
    return { status: 'succeeded', version, ...(baseline !== undefined && { baseline }) }
  }
  if (registered.found === 'version') return { status: 'succeeded', version: registered.version }
  const missing = 'wrote no version to $DRIFTGAUGE_RESULT_FILE'
  if (registered.found === 'none') return failed(`${began}, but it ${missing}, and ${registered.reason}.`)
  return failed(`${began}, but it ${missing}.`)
}

/** For an end that may be a success, the beginning of a sentence. */
function sentenceOf(ending: Ending): string {
  switch (ending.how) {
    case 'exited':
      return ending.code === 0
        ? 'The command ended with code 0'
        : `The command ended with code ${ending.code}.`
    case 'signalled':
      return `The command was ended by ${ending.signal}.`
    case 'not_started':
      return `The command could not be started: ${ending.error}.`
    case 'timed_out':
      return `The command was stopped because it ran longer than ${ending.after}.`
    case 'stopped':
      return 'The command was stopped together with the runner.'
    case 'lost':
      return 'The runner was killed while it started the command; whether the command ran is not known.'
    case 'unknown':
      return 'The command has ended after the runner was killed'
  }
}

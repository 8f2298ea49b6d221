import { adviseIfMissing } from '../client/advise.ts'
import type { Kind } from './kinds.ts'

/** The answer about one of a kind; where there is none of the name, how to find the names there are. */
export function orMissing<T>({ noun }: Pick<Kind, 'noun'>, answer: Promise<T>): Promise<T> {
  return adviseIfMissing(answer, `"driftgauge ${noun} list" lists the ${noun}s.`)
}

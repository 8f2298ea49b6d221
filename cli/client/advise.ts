import { ConfigError } from '../../config.ts'
import { Refusal } from './http.ts'

/** Adds what to do next where the service says that what was named does not exist. */
export async function adviseIfMissing<T>(answer: Promise<T>, advice: string): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error
    throw new ConfigError(`${error.message} ${advice}`)
  }
}

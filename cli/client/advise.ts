import { ConfigError } from '../../config.ts'
import { Refusal } from './http.ts'

/** What the service says of a field of the request, said of the option that it came from. */
export async function asOptions<T>(answer: Promise<T>, options: Record<string, string>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Refusal)
      for (const [field, option] of Object.entries(options))
        error.message = error.message.replaceAll(`${field}: `, `${option}: `)
    throw error
  }
}

/** Adds what to do next where the service says that what was named does not exist. */
export async function adviseIfMissing<T>(answer: Promise<T>, advice: string): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error
    throw new ConfigError(`${error.message} ${advice}`)
  }
}

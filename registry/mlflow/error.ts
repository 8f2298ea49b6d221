/**
 * `unreachable`: there is no usable answer, and later there may be; `unauthorised`: the credentials are missing or wrong;
 * `not_found`: there is no such thing; `refused`: it does not do what it is asked for.
 */
export type MlflowFault = 'unreachable' | 'unauthorised' | 'not_found' | 'refused'

/** A request to MLflow that failed. The message has no secrets. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError'
  readonly fault: MlflowFault
  /** As MLflow names the error; empty where it does not. */
  readonly code: string

  constructor(fault: MlflowFault, message: string, code = '', options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
    this.code = code
  }
}

/** The result of a request, or undefined where MLflow does not have what it asks for. */
export async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof MlflowError && error.fault === 'not_found') return undefined
    throw error
  }
}

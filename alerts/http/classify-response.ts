/** What an answer means for an attempt. `refused` is final: sending it again would be answered the same. */
export type ResponseClass = 'delivered' | 'retryable' | 'refused'

/** Client errors that pass: timeout, too early, too many requests. */
const PASSING = new Set([408, 425, 429])

/**
 * Only 2xx is success. A redirect is not followed and final: its target was never allowed by anyone.
 * @param asksToWait whether the answer says for how long; GitHub forbids (403) what comes too often
 */
export function classifyResponse(status: number, asksToWait: boolean): ResponseClass {
  if (status >= 200 && status < 300) return 'delivered'
  return status >= 500 || PASSING.has(status) || (status === 403 && asksToWait) ? 'retryable' : 'refused'
}

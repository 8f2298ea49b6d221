/** The service refused a request. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  readonly status: number

  constructor(url: string, status: number, answer: unknown) {
    super(`${url} answered ${status}: ${JSON.stringify(answer)}`)
    this.status = status
  }
}

/** Sends events as NDJSON, as a producer would. Returns how many were accepted; anything rejected is an error. */
export async function post(url: string, events: readonly object[]): Promise<number> {
  if (events.length === 0) return 0
  const answer = (await request(url, events)) as { accepted: number; rejected: number }
  if (answer.rejected > 0)
    throw new Error(`${url} rejected ${answer.rejected} events: ${JSON.stringify(answer)}`)
  return answer.accepted
}

/** Posts NDJSON and returns the answer's body. */
export async function request(url: string, events: readonly object[]): Promise<unknown> {
  const body = events.map((event) => JSON.stringify(event)).join('\n')
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new RequestFailed(url, response.status, answer)
  return answer
}

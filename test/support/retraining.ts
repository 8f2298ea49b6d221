import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Heard {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
  json: any // eslint-disable-line @typescript-eslint/no-explicit-any
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end()

/** What a pipeline listens with: keeps what it hears, and answers as it is told; the last answer goes on for ever. */
export class Listener {
  readonly heard: Heard[] = []
  /** Run before the answer; what it throws is answered 401. */
  check: (heard: Heard) => void = () => {}
  url = ''
  private answers: Answer[] = []
  private readonly server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request
      const heard = { method, path: url, headers, body, json: JSON.parse(body) as unknown }
      try {
        this.check(heard)
      } catch {
        status(401)(response, request)
        return
      }
      this.heard.push(heard)
      const answer = this.answers.length > 1 ? this.answers.shift()! : (this.answers[0] ?? status(202))
      answer(response, request)
    })
  })

  async start() {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop() {
    this.server.closeAllConnections()
    this.server.close()
  }

  answer(...answers: Answer[]) {
    this.answers = answers
  }

  forget() {
    this.heard.length = 0
    this.answers = []
  }
}

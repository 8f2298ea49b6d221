import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Change } from '../../../api/contract/topics.ts'

export interface Listening {
  response: Response
  /** All that came so far. */
  events: EventSourceMessage[]
  /** Resolves once each of these topics came since the call before, with all that came since. */
  heard(...topics: string[]): Promise<Change[]>
  /** Resolves when the service has ended the stream; rejects when it was cut. */
  ended: Promise<void>
}

/** Listens to the live events of the service at `url`. */
export async function listen(url: string): Promise<Listening> {
  const response = await fetch(`${url}/api/v1/events`)
  const events: EventSourceMessage[] = []
  let taken = 0
  let wake = () => {}
  const parser = createParser({
    onEvent: (event) => {
      events.push(event)
      wake()
    },
  })
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body!)
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }))
  }
  const ended = read()
  ended.catch(() => {})
  const heard = async (...topics: string[]) => {
    for (;;) {
      const since = events.slice(taken).map(({ data }) => JSON.parse(data) as Change)
      if (topics.every((topic) => since.some((change) => change.topic === topic))) {
        taken = events.length
        return since
      }
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return { response, events, heard, ended }
}

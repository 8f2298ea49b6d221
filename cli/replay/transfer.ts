import type { Sorted } from './batches.ts'
import type { Destination } from './destination.ts'
import type { Pace } from './pace.ts'
import type { Report } from './report.ts'
import type { Chunk, Row, Source } from '../../ingest/rows/rows.ts'
import { added, type Tally } from './tally.ts'

/** Number of the last row that was sent, and what became of them. */
export interface Progress {
  position: number
  tally: Tally
}

export interface Transfer {
  source: Source
  toBatches: (rows: readonly Row[]) => Sorted
  destination: Destination
  /** Told how far it came, after each part. */
  save: (progress: Progress) => Promise<void>
  report: Report
  pace: Pace | undefined
  /** Rows that are sent together. */
  atOnce: number
}

/** Sends the rows after those that were sent before. Returns how far it came. */
export async function transfer(
  { source, toBatches, destination, save, report, pace, atOnce }: Transfer,
  start: Progress,
): Promise<Progress> {
  let { position, tally } = start
  let share = 0
  report.reading()
  for await (const chunk of readAhead(source.chunks(position))) {
    const begins = share
    for (let at = 0; at < chunk.rows.length; at += atOnce) {
      const rows = chunk.rows.slice(at, at + atOnce)
      await pace?.(rows.length)
      const sorted = toBatches(rows)
      tally = added(tally, await destination.send(sorted.batches), sorted)
      position = rows.at(-1)!.number
      await save({ position, tally })
      share = begins + ((chunk.share - begins) * (at + rows.length)) / chunk.rows.length
      report.sent(rows.length, share)
    }
  }
  return { position, tally }
}

/** Reads the next chunk while one is sent. */
async function* readAhead(chunks: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
  const iterator = chunks[Symbol.asyncIterator]()
  const read = () => {
    const next = iterator.next()
    // Whoever waits for it is told; until then it is nobody's.
    next.catch(() => {})
    return next
  }
  let next = read()
  try {
    for (;;) {
      const found = await next
      if (found.done === true) return
      next = read()
      yield found.value
    }
  } finally {
    await next.catch(() => {})
    await iterator.return?.()
  }
}

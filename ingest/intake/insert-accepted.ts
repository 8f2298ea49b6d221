import { isRefusal } from '../../store/engine/refusal.ts'

/** A line that ClickHouse refused, by its place, with ClickHouse's message. */
export interface Refusal {
  index: number
  message: string
}

/**
 * Statements for one batch. They isolate more than a hundred bad lines among 20,000; if there are more, or every line is
 * bad, the last and smallest parts are refused as a whole.
 */
const MAX_STATEMENTS = 2_000

/**
 * Inserts lines, and halves what ClickHouse refuses until only the bad lines are left. Returns these. Rejects when
 * ClickHouse cannot store anything.
 * @param insert inserts the lines from one place up to another
 */
export async function insertAccepted(
  lines: number,
  insert: (from: number, to: number) => Promise<void>,
): Promise<Refusal[]> {
  const refused: Refusal[] = []
  // The breadth first, so that the parts are small and alike when the statements run out. Grows while it is walked.
  const parts: [number, number][] = [[0, lines]]
  for (const [from, to] of parts) {
    try {
      await insert(from, to)
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      if (to - from > 1 && parts.length < MAX_STATEMENTS) {
        const middle = Math.floor((from + to) / 2)
        parts.push([from, middle], [middle, to])
      } else {
        for (let index = from; index < to; index++) refused.push({ index, message: cause.message })
      }
    }
  }
  return refused.sort((a, b) => a.index - b.index)
}

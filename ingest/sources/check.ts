import { settledUntil, type Source } from '../../control/declared/sources/source.ts'
import { LocationError, type SourceFile } from './location.ts'
import { openLocation, type LocationContext } from './open-location.ts'

export interface CheckedLocation {
  listed: number
  settling: number
  left_out: number
  /** False where there are more files than were looked at. */
  is_complete: boolean
  /** The first of those listed. */
  files: SourceFile[]
  /** Why it cannot be read; null where it can. */
  problem: string | null
}

const SHOWN = 10
const MAX_FILES = 10_000

/** What a source would take now, of which nothing was taken yet. */
export async function checkLocation(
  source: Source,
  context: LocationContext,
  signal: AbortSignal,
): Promise<CheckedLocation> {
  const checked: CheckedLocation = {
    listed: 0,
    settling: 0,
    left_out: 0,
    is_complete: true,
    files: [],
    problem: null,
  }
  const until = settledUntil(source, context.clock())
  try {
    const location = await openLocation(source, context)
    try {
      for await (const file of location.list(undefined, signal, () => checked.left_out++)) {
        if (file.modifiedAt > until) checked.settling++
        else checked.listed++
        if (checked.files.length < SHOWN) checked.files.push(file)
        checked.is_complete = checked.listed + checked.settling + checked.left_out < MAX_FILES
        if (!checked.is_complete) break
      }
    } finally {
      await location.close()
    }
  } catch (cause) {
    if (signal.aborted) return { ...checked, is_complete: false }
    if (!(cause instanceof LocationError)) throw cause
    checked.problem = cause.message
  }
  return checked
}

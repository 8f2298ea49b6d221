type Cleanup = () => unknown

const cleanups: Cleanup[] = []

/** Runs it once the test file has ended, whichever test or hook asks; the last one first. */
export function atEnd(cleanup: Cleanup): void {
  cleanups.push(cleanup)
}

/** Runs all of them, where some fail too: the next test file may share this process. */
export async function runCleanups(): Promise<void> {
  const errors: unknown[] = []
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop())
    try {
      await cleanup()
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors)
}

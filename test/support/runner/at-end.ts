type Cleanup = () => unknown

const cleanups: Cleanup[] = []

/** Runs it once the test file has ended, whichever test or hook asks; the last one first. */
export function atEnd(cleanup: Cleanup): void {
  cleanups.push(cleanup)
}

export async function runCleanups(): Promise<void> {
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup()
}

const SAMPLE_MS = 50

/** Runs some work, and tells the most memory in MB that the process held meanwhile, the embedded engine included. */
export async function peakMemory<T>(work: () => Promise<T>): Promise<{ outcome: T; peak: number }> {
  let peak = process.memoryUsage.rss()
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS)
  try {
    return { outcome: await work(), peak: peak / 1e6 }
  } finally {
    clearInterval(sampling)
  }
}

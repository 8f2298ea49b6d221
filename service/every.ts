/** Does work, which never rejects, at an interval while the process lives. Returns how to stop, after the work under way. */
export function every(milliseconds: number, work: () => Promise<void>): () => Promise<void> {
  let working = Promise.resolve()
  const timer = setInterval(() => void (working = work()), milliseconds).unref()
  return async () => {
    clearInterval(timer)
    await working
  }
}

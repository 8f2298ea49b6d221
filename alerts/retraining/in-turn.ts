let turn: Promise<unknown> = Promise.resolve()

/** Runs work that reads where retrainings stand and then adds to it: of two at once, the second sees the first's. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = turn.then(work)
  turn = done.catch(() => {})
  return done
}

/** What is to be drawn, in the order in which it was asked for. */
const waiting = new Set<() => void>()

/**
 * Draws one chart a task, so that a page with many answers clicks in between.
 * @returns what takes it back, where something newer is to be drawn instead
 */
export function inTurn(draw: () => void): () => void {
  if (waiting.size === 0) setTimeout(next)
  waiting.add(draw)
  return () => waiting.delete(draw)
}

function next(): void {
  const [draw] = waiting
  if (draw === undefined) return
  waiting.delete(draw)
  if (waiting.size > 0) setTimeout(next)
  draw()
}

/** Draws all that is waiting, for what cannot wait. */
export function drawAll(): void {
  for (const draw of waiting) {
    waiting.delete(draw)
    draw()
  }
}

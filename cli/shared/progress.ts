import { SingleBar } from 'cli-progress'
import { printable } from './text.ts'

export interface Progress {
  /** `done` of `total` steps, and what is being worked on. */
  update(done: number, total: number, label: string): void
  stop(): void
}

/** A progress bar on stderr; a line now and then where stderr is no terminal. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr, clock = Date.now): Progress {
  if (!stream.isTTY) return progressLines(stream, clock)
  const bar = new SingleBar({
    stream,
    format: '  {bar} {percentage}%  {label}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
  })
  let started = false
  return {
    update(done, total, label) {
      if (started) bar.setTotal(total)
      else bar.start(total, 0, { label })
      started = true
      bar.update(done, { label })
    },
    stop() {
      if (started) bar.stop()
    },
  }
}

/** Often enough to see that something goes on, and seldom enough for a log. */
const LINE_EVERY_MS = 30_000

function progressLines(stream: Pick<NodeJS.WriteStream, 'write'>, clock: () => number): Progress {
  let last = clock()
  return {
    update(done, total, label) {
      const now = clock()
      if (now - last < LINE_EVERY_MS) return
      last = now
      const percentage = total === 0 ? 0 : Math.floor((100 * done) / total)
      stream.write(`${percentage}%  ${printable(label)}\n`)
    },
    stop: () => {},
  }
}

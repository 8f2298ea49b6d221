import { SingleBar } from 'cli-progress'

export interface Progress {
  /** `done` of `total` steps, and what is being worked on. */
  update(done: number, total: number, label: string): void
  stop(): void
}

/** A progress bar on stderr; nothing where stderr is no terminal. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { update: () => {}, stop: () => {} }
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

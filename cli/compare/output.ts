/** Where a command writes: data to stdout, all else to stderr. */
export interface Output {
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

/** Writes and waits until it is out. A reader that has gone (`| head`) is no failure. */
export function writeOut(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error))
    stream.once('error', onError)
    stream.write(text, (error) => {
      if (error) return
      stream.off('error', onError)
      resolve()
    })
  })
}

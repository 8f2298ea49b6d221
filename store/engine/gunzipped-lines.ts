import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

/** The lines of a compressed file. Unlike `readline`, this splits at newlines alone: other separators may stand in names. */
export async function* gunzippedLines(path: string): AsyncGenerator<string> {
  const text = createReadStream(path).pipe(createGunzip()).setEncoding('utf8')
  let rest = ''
  for await (const chunk of text as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop()!
    yield* parts
  }
}

import { run } from '../../cli/program.ts'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command line in this process, one at a time, with nothing in its environment but what is given. */
export async function command(
  line: readonly string[],
  environment: Record<string, string>,
): Promise<Outcome> {
  const written = { stdout: '', stderr: '' }
  const undo = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name]
    const original = Object.getOwnPropertyDescriptor(stream, 'write')
    const capture = (text: string | Uint8Array, ...rest: unknown[]) => {
      written[name] += Buffer.from(text as string).toString('utf8')
      const done = rest.find((one) => typeof one === 'function')
      done?.()
      return true
    }
    Object.defineProperty(stream, 'write', { value: capture, configurable: true, writable: true })
    return () => {
      if (original !== undefined) Object.defineProperty(stream, 'write', original)
      else Reflect.deleteProperty(stream, 'write')
    }
  })
  try {
    const code = await run(['node', 'driftgauge', ...line], environment)
    return { code, ...written }
  } finally {
    for (const restore of undo) restore()
  }
}

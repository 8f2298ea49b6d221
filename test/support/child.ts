import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { ENTRY, scriptEntry } from './entry.ts'
import { ROOT } from './root.ts'

export interface Child {
  process: ChildProcess
  /** Lines of its standard output so far. */
  lines: string[]
  /** Its standard error so far. */
  stderr(): string
  /** Resolves with the first line that matches, those before included; rejects when the child ends without one. */
  line(pattern: RegExp): Promise<string>
  /** Resolves when it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>
}

export interface ChildOptions {
  environment?: Record<string, string>
  /** Modules that are loaded first, such as hooks. */
  preload?: string[]
}

/** Runs a script of ES module code in a process of its own, at the root of the project. It imports our sources. */
export function runScript(script: string, { environment = {}, preload = [] }: ChildOptions = {}): Child {
  return watch(scriptEntry(script, preload), environment)
}

/** Runs `driftgauge serve` in a process of its own. */
export function runService(
  environment: Record<string, string>,
  ...options: string[]
): Child & { url: Promise<string> } {
  const child = watch([...ENTRY, 'serve', ...options], {
    PORT: '0',
    LOG_LEVEL: 'info',
    ...environment,
  })
  const url = child.line(/^ready: /).then((line) => line.replace('ready: ', ''))
  // Whoever kills a child before it is ready may not wait for this.
  url.catch(() => {})
  return { ...child, url }
}

/** Runs a command of `driftgauge` in a process of its own. */
export function runCommand(environment: Record<string, string>, ...line: string[]): Child {
  return watch([...ENTRY, ...line], environment)
}

function watch(args: string[], environment: Record<string, string>): Child {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stderr,
  }))
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const find = () => {
        const found = lines.find((text) => pattern.test(text))
        if (found !== undefined) resolve(found)
      }
      reader.on('line', find)
      find()
      void ended.then(({ code, signal }) => {
        find()
        reject(new Error(`ended with ${code ?? signal} before printing ${String(pattern)}\n${stderr}`))
      })
    })
  return { process: child, lines, stderr: () => stderr, line, ended }
}

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

// Quick to start in place of quick in the long run; warnings only.
const JVM = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xmx512m',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
]
const MAX_OUTPUT_LENGTH = 20_000

/** Runs one of Kafka's command-line tools, `input` on its standard input. Rejects where it fails. */
export async function runTool(
  classPath: string,
  main: string,
  args: string[],
  input?: string | Buffer,
): Promise<string> {
  const run = promisify(execFile)('java', [...JVM, '-cp', classPath, main, ...args])
  run.child.stdin!.end(input)
  return (await run).stdout
}

export interface KafkaProcess {
  pid: number | undefined
  /** What it said last. */
  output(): string
  kill(signal: NodeJS.Signals): void
  hasEnded(): boolean
  ended: Promise<unknown>
}

/** Starts the broker in a process of its own. */
export function startProcess(classPath: string, configuration: string): KafkaProcess {
  const child = spawn('java', [...JVM, '-cp', classPath, 'kafka.Kafka', configuration], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT_LENGTH)
    })
  }
  return {
    pid: child.pid,
    output: () => output,
    kill: (signal) => child.kill(signal),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ended: once(child, 'exit'),
  }
}

export interface Guard {
  /** The process to end with us; undefined once it has ended by itself. */
  watch(pid: number | undefined): void
  /** Removes the directory. */
  release(): Promise<void>
}

/**
 * A shell that outlives us. When its standard input closes, on `release` or because our process is gone however
 * it died, it ends the process it was told last, by `signal`, and removes the directory.
 */
export function startGuard(directory: string, signal: 'KILL' | 'QUIT' = 'KILL'): Guard {
  const script = 'while read -r line; do pid=$line; done; [ -z "$pid" ] || kill -s "$2" "$pid"; rm -rf "$1"'
  const shell = spawn('sh', ['-c', script, 'sh', directory, signal], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // In a group of its own, so that Ctrl-C does not reach it.
    detached: true,
  })
  return {
    watch: (pid) => void shell.stdin.write(`${pid ?? ''}\n`),
    async release() {
      const ended = once(shell, 'exit')
      shell.stdin.end()
      await ended
    },
  }
}

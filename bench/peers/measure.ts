import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Measured {
  seconds: number
  /** Of all its threads, user and system. */
  cpuSeconds: number
  /** Resident at most. */
  peakBytes: number
}

const POLL_MS = 20
/** Linux counts CPU in hundredths of a second whatever the machine. */
const TICKS_PER_SECOND = 100

/** Tools that report their use would wait for a network. */
const WITHOUT_REPORTS = { DO_NOT_TRACK: '1', NML_DISABLE_USAGE_LOGGING: '1' }

/** Runs a whole process, and throws with its last words where it fails. Exit codes above `maxCode` are failures. */
export async function measureProcess(command: readonly string[], maxCode = 0): Promise<Measured> {
  const started = performance.now()
  const child = spawn(command[0], command.slice(1), {
    env: { ...process.env, ...WITHOUT_REPORTS },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)))
  let usage = { cpuSeconds: 0, peakBytes: 0 }
  const timer = setInterval(() => (usage = usageOf(child.pid!) ?? usage), POLL_MS)
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)) // prettier-ignore
  clearInterval(timer)
  if (code === null || code > maxCode) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr.trim()}`) // prettier-ignore
  return { seconds: (performance.now() - started) / 1000, ...usage }
}

/** What Linux says of a process that still runs; both figures only grow. */
function usageOf(pid: number): Omit<Measured, 'seconds'> | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    if (peak === null) return undefined
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      peakBytes: Number(peak[1]) * 1024,
    }
  } catch {
    return undefined
  }
}

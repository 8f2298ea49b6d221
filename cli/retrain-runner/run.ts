import { once } from 'node:events'
import { createSafeAgent } from '../../alerts/http/safe-agent.ts'
import { ConfigError, type Environment } from '../../config.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import { stopSignal } from '../serve/run.ts'
import type { RunnerOptions } from './options.ts'
import { findVersion } from './registry.ts'
import { createReporter } from './reporter.ts'
import { createRunnerServer } from './server.ts'
import { openStateDirectory } from './state-directory.ts'
import { toldLine, type Tell } from './tell.ts'
import { createWorker } from './worker.ts'

const KILL_GRACE_MS = 10_000
const REPORT_GRACE_MS = 10_000
const REMIND_MS = 5 * MINUTE_MS

/** Runs the receiver until SIGTERM or SIGINT. */
export async function runRetrainRunner(options: RunnerOptions, environment: Environment): Promise<void> {
  const clock = () => new Date()
  const tell: Tell = (id, text) => process.stderr.write(toldLine(clock(), id, text))
  const state = openStateDirectory(options.state, clock)
  let stopping = false
  // The address to report to is signed, and the service may well be in the same private network.
  const dispatcher = createSafeAgent({ allow: () => true })
  const { registry } = options
  const worker = createWorker({
    state,
    job: options.job,
    environment,
    timeout: options.timeout,
    killGraceMs: KILL_GRACE_MS,
    clock,
    tell,
    findVersion: async (id, startedAt, onlyTagged) =>
      registry === undefined
        ? { found: 'unasked' }
        : findVersion(registry, dispatcher, id, startedAt, onlyTagged),
    changed: (id) => reporter.wake(id),
  })
  const reporter = createReporter({
    state,
    dispatcher,
    clock,
    random: Math.random,
    tell,
    apply: (id, event) => worker.apply(id, event),
  })
  const server = createRunnerServer({
    state,
    secret: options.secret,
    origins: options.origins,
    clock,
    tell,
    received({ id }) {
      reporter.wake(id)
      worker.wake()
    },
    isStopping: () => stopping,
  })
  const reminding = setInterval(() => reporter.remind(), REMIND_MS)
  try {
    const stopped = stopSignal()
    const url = await listen(server, options)
    worker.resume()
    for (const { id } of state.all()) reporter.wake(id)
    process.stdout.write(`ready: ${url}\n`)
    const signal = await stopped
    stopping = true
    tell('-', `stopping (${signal})`)
    await worker.stop()
    await reporter.stop(REPORT_GRACE_MS)
    server.close()
    server.closeAllConnections()
  } finally {
    clearInterval(reminding)
    state.release()
    await dispatcher.destroy()
  }
}

async function listen(
  server: ReturnType<typeof createRunnerServer>,
  { host, port }: RunnerOptions,
): Promise<string> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    throw new ConfigError(`The runner cannot listen on ${host}, port ${port}: ${(cause as Error).message}`)
  }
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

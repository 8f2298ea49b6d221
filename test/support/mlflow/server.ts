import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { findPython } from '../python.ts'
import { ROOT } from '../root.ts'
import { describeUnless } from '../runner/missing.ts'
import { freePorts } from '../free-ports.ts'

/** Describes tests that run a real MLflow server: see {@link describeUnless} where there is none. */
export function describeMlflow(name: string, tests: (python: string) => void): void {
  const python = findPython('mlflow', 'sklearn')
  const reason = 'no python3 with mlflow and scikit-learn found; set PYTHON to one that has them'
  describeUnless(python === undefined ? reason : undefined, name, () => tests(python!))
}

const QUIET = { DO_NOT_TRACK: '1', MLFLOW_DISABLE_TELEMETRY: 'true' }

/** An MLflow server with a data directory of its own. */
export class MlflowServer {
  url = ''
  private process: ChildProcess | undefined
  private readonly directory = mkdtempSync(join(tmpdir(), 'driftgauge-mlflow-'))
  private readonly encryptionKey = randomBytes(32).toString('base64url') + '='
  private readonly python: string

  constructor(python: string) {
    this.python = python
  }

  /** Starts it, again on the same port where it ran before. */
  async start(): Promise<void> {
    const port = this.url === '' ? (await freePorts(1))[0] : Number(new URL(this.url).port)
    this.url = `http://127.0.0.1:${port}`
    const child = spawn(
      this.python,
      [
        ...['-m', 'mlflow', 'server', '--workers', '1', '--host', '127.0.0.1', '--port', String(port)],
        ...['--backend-store-uri', `sqlite:///${join(this.directory, 'mlflow.db')}`],
        ...['--artifacts-destination', join(this.directory, 'artifacts')],
      ],
      {
        env: {
          PATH: process.env.PATH,
          HOME: this.directory,
          ...QUIET,
          // Starting what runs its background jobs takes three times as long as the server, and no test has one.
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
          // Its webhooks go to loopback here, and at once.
          MLFLOW_WEBHOOK_ALLOWED_SCHEMES: 'http',
          MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: 'true',
          MLFLOW_WEBHOOK_CACHE_TTL: '1',
          MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: this.encryptionKey,
        },
        stdio: 'ignore',
        // Its workers end with it.
        detached: true,
      },
    )
    this.process = child
    const until = Date.now() + 120_000
    for (;;) {
      const answer = await fetch(`${this.url}/health`).catch(() => undefined)
      if (answer?.ok === true) return
      if (child.exitCode !== null || Date.now() > until) throw new Error('MLflow does not start')
      await setTimeout(250)
    }
  }

  async kill(): Promise<void> {
    const child = this.process
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    process.kill(-child.pid, 'SIGKILL')
    await ended
  }

  async close(): Promise<void> {
    await this.kill()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Trains and registers a version of a model; gives its number. */
  train(name: string, seed: number, ...options: string[]): string {
    const script = join(ROOT, 'test', 'support', 'mlflow', 'train.py')
    const environment = { PATH: process.env.PATH, HOME: this.directory, ...QUIET }
    const printed = execFileSync(this.python, [script, this.url, name, String(seed), ...options], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    })
    return printed.trimEnd().split('\n').at(-1)!
  }

  /** Calls a route below `/api/2.0/mlflow`. Throws unless it succeeds. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async call(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(`${this.url}/api/2.0/mlflow${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
}

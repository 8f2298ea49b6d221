import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { getGlobalDispatcher } from 'undici'
import type { Credentials } from '../../../ingest/sources/s3/credentials.ts'
import { freePorts } from '../free-ports.ts'
import { describeWithPython } from '../python.ts'

/** Describes tests that run a real S3 server, moto: see `describeUnless` where there is none. 5.2.1 refuses some correct signatures. */
export const describeS3 = (name: string, tests: (python: string) => void) =>
  describeWithPython(name, ['moto==5.2.5', 'boto3', 'flask', 'flask_cors'], tests)

/** By its service the server finds whom a request is for. */
const nobody = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=nobody/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`,
})

/** An S3 server that keeps its buckets in memory, with users and what they may do. */
export class S3Server {
  readonly url: string
  private isGuarded = false
  private readonly child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.child = child
  }

  /** @param pageSize how many keys it lists at most in one answer */
  static async start(python: string, pageSize = 1000): Promise<S3Server> {
    const [port] = await freePorts(1)
    const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
      env: { PATH: process.env.PATH, MOTO_S3_DEFAULT_MAX_KEYS: String(pageSize) },
      stdio: 'ignore',
    })
    const server = new S3Server(`http://127.0.0.1:${port}`, child)
    const until = Date.now() + 60_000
    for (;;) {
      const answer = await fetch(`${server.url}/moto-api/data.json`).catch(() => undefined)
      if (answer?.ok === true) return server
      if (child.exitCode !== null || Date.now() > until) throw new Error('The S3 server does not start')
      await setTimeout(100)
    }
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }

  createBucket(bucket: string): Promise<void> {
    return this.change('PUT', `/${bucket}`)
  }

  put(bucket: string, key: string, content: string | Buffer): Promise<void> {
    return this.change('PUT', pathOf(bucket, key), content)
  }

  delete(bucket: string, key: string): Promise<void> {
    return this.change('DELETE', pathOf(bucket, key))
  }

  /** Makes a user that may do these actions. */
  async createUser(name: string, actions: readonly string[]): Promise<Credentials> {
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await this.iam({ Action: 'CreateUser', UserName: name })
    await this.iam({ Action: 'PutUserPolicy', UserName: name, PolicyName: 'all', PolicyDocument })
    const answer = await this.iam({ Action: 'CreateAccessKey', UserName: name })
    const [accessKeyId, secretAccessKey] = ['AccessKeyId', 'SecretAccessKey'].map((tag) =>
      answer.split(`<${tag}>`)[1].split('<')[0].replaceAll('&amp;', '&'),
    )
    return { accessKeyId, secretAccessKey }
  }

  /** From here on it computes signatures itself, and asks what a user may do. */
  async guard(): Promise<void> {
    this.isGuarded = true
    await this.letIn(0)
  }

  private async change(method: 'PUT' | 'DELETE', path: string, body: string | Buffer = ''): Promise<void> {
    await this.letIn(Infinity)
    // Not by `fetch`, which resolves the parts `.` and `..` of a path.
    const answer = await getGlobalDispatcher().request({
      origin: this.url,
      path,
      method,
      body,
      headers: nobody('s3'),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
    if (this.isGuarded) await this.letIn(0)
  }

  /** How many requests it answers without a look at who asks. */
  private async letIn(requests: number): Promise<void> {
    const body = requests === Infinity ? 'inf' : String(requests)
    const answer = await fetch(`${this.url}/moto-api/reset-auth`, { method: 'POST', body })
    if (!answer.ok) throw new Error(`reset-auth: ${answer.status}`)
  }

  private async iam(fields: Record<string, string>): Promise<string> {
    const answer = await fetch(this.url, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, Version: '2010-05-08' }),
      headers: nobody('iam'),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${fields.Action}: ${text}`)
    return text
  }
}

const pathOf = (bucket: string, key: string) =>
  `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`

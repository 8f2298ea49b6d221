import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parseAllowList } from '../../../../alerts/http/allow-list.ts'
import { createSafeAgent, type SafeAgentOptions } from '../../../../alerts/http/safe-agent.ts'
import { s3Schema } from '../../../../control/declared/sources/locations.ts'
import { LocationError } from '../../../../ingest/sources/location.ts'
import type { ObjectStore, StoredObject } from '../../../../ingest/sources/objects.ts'
import { createS3Store } from '../../../../ingest/sources/s3/store.ts'
import { createAuthority } from '../../../support/certificates.ts'
import { freePorts } from '../../../support/free-ports.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function listening(server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

type Answering = (response: ServerResponse, attempt: number, request: IncomingMessage) => unknown

/** A server that answers what a real one never would on demand, and keeps what it was asked. */
async function answering(answer: Answering): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    answer(response, requests.length, request)
  }
  return { url: `http://127.0.0.1:${await listening(createServer(listener))}`, requests }
}

const SECRETS = {
  AWS_ACCESS_KEY_ID: 'AKIDSECRET',
  AWS_SECRET_ACCESS_KEY: 'hush',
  AWS_SESSION_TOKEN: 'whisper',
}

function storeAt(
  endpoint: string,
  declared: object = {},
  variables: Record<string, string> = SECRETS,
  agentOptions: Partial<SafeAgentOptions> = {},
): ObjectStore {
  const agent = createSafeAgent({ allow: parseAllowList(['127.0.0.1']), ...agentOptions })
  closers.push(() => agent.destroy())
  const location = s3Schema.parse({ bucket: 'logs', endpoint, ...declared })
  return createS3Store(location, { folders: [], variables }, agent, () => new Date())
}

const signal = new AbortController().signal
const listed = async (store: ObjectStore, until = signal) => {
  const keys: string[] = []
  for await (const { key } of store.list('', until)) keys.push(key)
  return keys
}

/** The words that it fails with, which give nothing away. */
async function faultOf(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(LocationError)
  const { message } = error as Error
  for (const secret of Object.values(SECRETS)) expect(message).not.toContain(secret)
  return message
}

const page = (contents: string, rest = '') => `<ListBucketResult>${rest}${contents}</ListBucketResult>`
const entry = (key: string) =>
  `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>10</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>`
const refusal = (response: ServerResponse, status: number, code: string, headers = {}) =>
  response
    .writeHead(status, headers)
    .end(`<Error><Code>${code}</Code><Message>hush AKIDSECRET whisper</Message></Error>`)

describe('a store that fails for a moment', () => {
  it('is asked again', async () => {
    const { url, requests } = await answering((response, attempt) => {
      if (attempt === 1) return refusal(response, 503, 'SlowDown')
      if (attempt === 2) return response.socket!.destroy()
      return response.end(page(entry('a.csv')))
    })
    expect(await listed(storeAt(url))).toEqual(['a.csv'])
    expect(requests).toHaveLength(3)
  })

  it('is asked again where a body breaks off, and the file then has the whole one', async () => {
    const { url } = await answering((response, attempt) => {
      response.writeHead(200, { 'content-length': 10, etag: '"e"' })
      if (attempt > 1) return response.end('0123456789')
      return response.write('abcdef', () => response.socket!.destroy())
    })
    await inFolder(async (target) => {
      expect(await storeAt(url).fetch(OBJECT, target, signal)).toBe('fetched')
      expect(statSync(target).size).toBe(10)
    })
  })

  it('is given up after four attempts', async () => {
    const { url, requests } = await answering((response) => refusal(response, 429, 'TooManyRequests'))
    expect(await faultOf(listed(storeAt(url)))).toMatch(
      /is failing or overloaded \(HTTP 429, TooManyRequests\)\./,
    )
    expect(requests).toHaveLength(4)
  })

  it('is not asked again once the work is stopped', async () => {
    const stop = new AbortController()
    const { url, requests } = await answering((response) => {
      refusal(response, 500, 'InternalError')
      response.on('close', () => stop.abort())
    })
    await expect(listed(storeAt(url), stop.signal)).rejects.toThrow('aborted')
    expect(requests).toHaveLength(1)
  })

  it('is left where the work is stopped while it answers', async () => {
    const stop = new AbortController()
    const { url } = await answering((response) => {
      response.write('<List', () => stop.abort())
    })
    await expect(listed(storeAt(url), stop.signal)).rejects.toThrow('aborted')
  })
})

describe('an answer that is no use', () => {
  it('is a redirect, which is not followed', async () => {
    const other = await answering((response) => response.end(page('')))
    const { url, requests } = await answering((response, attempt) =>
      refusal(response, attempt === 1 ? 301 : 307, 'PermanentRedirect', {
        location: other.url,
        ...(attempt === 1 && { 'x-amz-bucket-region': 'eu-west-1' }),
      }),
    )
    expect(await faultOf(listed(storeAt(url)))).toBe(
      'The bucket "logs" is in the region eu-west-1. Declare region: eu-west-1.',
    )
    expect(await faultOf(listed(storeAt(url)))).toMatch(
      /redirects elsewhere \(HTTP 307\), which is not followed/,
    )
    expect([requests.length, other.requests.length]).toEqual([2, 0])
  })

  it.each([
    ['a page of the web', '<!doctype html><title>Hello</title>', 'does not answer with a listing of S3'],
    ['too long', 'x'.repeat(17 * 1024 ** 2), 'does not answer with a listing of S3'],
    ['of another prefix', page(entry('else/a.csv')), 'lists other keys than it was asked for'],
    [
      'one that never ends',
      page('', '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>'),
      'lists other keys than it was asked for',
    ],
  ])('is %s', async (_, body, expected) => {
    const { url } = await answering((response) => response.end(body))
    expect(await faultOf(listed(storeAt(url, { prefix: 'mine/' })))).toContain(expected)
  })
})

const OBJECT: StoredObject = { key: 'a.csv', etag: 'e', size: 10, modifiedAt: 0 }

async function inFolder(work: (target: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgauge-s3-'))
  await work(join(folder, 'target')).finally(() => rmSync(folder, { recursive: true }))
}

describe('an object', () => {
  it('is asked for with the etag that was listed', async () => {
    const { url, requests } = await answering((response) => response.end('0123456789'))
    await inFolder(async (target) => {
      expect(await storeAt(url).fetch(OBJECT, target, signal)).toBe('fetched')
      expect(requests[0].headers['if-match']).toBe('"e"')
    })
  })

  it('has changed where the store ignores that, and its content is not waited for', async () => {
    let close = () => {}
    const closed = new Promise<void>((resolve) => (close = resolve))
    const { url } = await answering((response) => {
      response.on('close', close).writeHead(200, { etag: '"other"' }).write('never ends')
    })
    await inFolder(async (target) => {
      expect(await storeAt(url).fetch(OBJECT, target, signal)).toBe('changed')
      await closed
      expect(existsSync(target)).toBe(false)
    })
  })

  it.each([
    ['fewer', '01234', 'has 10 bytes in the listing, but 5 came'],
    ['more', 'x'.repeat(1_000_000), 'has 10 bytes in the listing, but more came'],
  ])('is not taken where %s bytes come than were listed', async (_, body, expected) => {
    const { url } = await answering((response) => response.end(body))
    await inFolder(async (target) => {
      expect(await faultOf(storeAt(url).fetch(OBJECT, target, signal))).toContain(expected)
    })
  })

  it('is not read where it is larger than 64 MB', async () => {
    const chunk = Buffer.alloc(1024 ** 2)
    const { url } = await answering((response) => {
      let sent = 0
      const more = () => {
        if (sent++ < 70) response.write(chunk, more)
        else response.end()
      }
      more()
    })
    expect(await faultOf(storeAt(url).read('a.csv', signal))).toBe(
      '"a.csv" has more than 64 MB, and is not read.',
    )
  })

  it('fails as the disk does where it cannot be written', async () => {
    const { url } = await answering((response) => response.end('0123456789'))
    const asked = storeAt(url).fetch(OBJECT, '/nowhere/target', signal)
    await expect(asked).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('credentials', () => {
  const headersWith = async (declared: object, variables: Record<string, string>) => {
    const { url, requests } = await answering((response) => response.end(page('')))
    await listed(storeAt(url, declared, variables))
    return requests[0].headers
  }

  it('are those of AWS where none are declared', async () => {
    const { authorization, 'x-amz-security-token': token } = await headersWith({}, SECRETS)
    expect(authorization).toContain('Credential=AKIDSECRET/')
    expect(authorization).toContain('/us-east-1/s3/aws4_request')
    expect(token).toBe('whisper')
  })

  it('are the declared ones', async () => {
    const own = {
      DRIFTGAUGE_SOURCE_LAKE_ACCESS_KEY_ID: 'AKIDLAKE',
      DRIFTGAUGE_SOURCE_LAKE_SECRET_ACCESS_KEY: 'own',
    }
    const declared = { credentials: 'lake', region: 'auto' }
    const { authorization, 'x-amz-security-token': token } = await headersWith(declared, {
      ...SECRETS,
      ...own,
    })
    expect(authorization).toContain('Credential=AKIDLAKE/')
    expect(authorization).toContain('/auto/s3/aws4_request')
    expect(token).toBeUndefined()
  })

  it('are none where there are none', async () => {
    const headers = await headersWith({}, {})
    expect(Object.keys(headers).filter((name) => /^(authorization|x-amz.*)$/.test(name))).toEqual([])
  })

  it('are asked for by their variables', async () => {
    const { url, requests } = await answering((response) => response.end(page('')))
    const id = 'DRIFTGAUGE_SOURCE_LAKE_ACCESS_KEY_ID'
    const secret = 'DRIFTGAUGE_SOURCE_LAKE_SECRET_ACCESS_KEY'
    const lake = { credentials: 'lake' }
    expect(await faultOf(listed(storeAt(url, lake)))).toMatch(`${id} and ${secret} are not set.`)
    expect(await faultOf(listed(storeAt(url, lake, { [id]: 'x', [secret]: '' })))).toMatch(
      `${secret} is not set.`,
    )
    expect(await faultOf(listed(storeAt(url, {}, { AWS_ACCESS_KEY_ID: 'x' })))).toMatch(
      'AWS_SECRET_ACCESS_KEY is not set.',
    )
    expect(requests).toHaveLength(0)
  })

  it('may end with a line break, and are not repeated where they are broken within', async () => {
    const broken = { ...SECRETS, AWS_SESSION_TOKEN: 'whis\nper' }
    const { url } = await answering((response) => response.end(page('')))
    expect(await faultOf(listed(storeAt(url, {}, broken)))).toMatch(/^AWS_SESSION_TOKEN has spaces(?!.*whis)/)
    const ended = { ...SECRETS, AWS_SESSION_TOKEN: 'whisper\n' }
    expect((await headersWith({}, ended))['x-amz-security-token']).toBe('whisper')
  })
})

describe('a connection', () => {
  it('is not made to a private address that is not allowed', async () => {
    const { url, requests } = await answering((response) => response.end(page('')))
    const guarded = storeAt(url, {}, SECRETS, { allow: parseAllowList([]) })
    expect(await faultOf(listed(guarded))).toBe(
      '127.0.0.1 is at 127.0.0.1, which is not a public address (loopback) and is not on the allow list. To allow it, add it to DRIFTGAUGE_WEBHOOK_ALLOW and restart the service.',
    )
    const named = storeAt(url.replace('127.0.0.1', 'localhost'), {}, SECRETS, { allow: parseAllowList([]) })
    expect(await faultOf(named.read('a', signal))).toMatch(/^localhost is at .* DRIFTGAUGE_WEBHOOK_ALLOW/)
    expect(requests).toHaveLength(0)
  })

  it('needs somebody who listens', async () => {
    const [port] = await freePorts(1)
    expect(await faultOf(listed(storeAt(`http://127.0.0.1:${port}`)))).toBe(
      `Nothing listens at 127.0.0.1:${port} (ECONNREFUSED). Check the endpoint.`,
    )
  })

  it('needs an address', async () => {
    const lookup: SafeAgentOptions['lookup'] = (_, __, callback) =>
      callback(Object.assign(new Error(), { code: 'ENOTFOUND' }), [])
    expect(await faultOf(listed(storeAt('http://store.example', {}, SECRETS, { lookup })))).toBe(
      'The name store.example has no address (ENOTFOUND). Check the endpoint and the region.',
    )
  })

  it('needs an answer in time', async () => {
    const { url, requests } = await answering(() => {})
    expect(await faultOf(listed(storeAt(url, {}, SECRETS, { timeoutMs: 200 })))).toMatch(
      /does not answer in time \(UND_ERR_HEADERS_TIMEOUT\)/,
    )
    expect(requests).toHaveLength(4)
  })

  it('needs a certificate that is trusted, and TLS where it is declared', async () => {
    await inFolder(async (path) => {
      const { cert, key } = createAuthority(dirname(path), 'own').sign('127.0.0.1')
      const secure = await listening(createTlsServer({ cert, key }, (_, response) => response.end(page(''))))
      expect(await faultOf(listed(storeAt(`https://127.0.0.1:${secure}`)))).toMatch(
        /^The certificate of 127\.0\.0\.1:\d+ is not trusted \(\w+\)\..* NODE_EXTRA_CA_CERTS\.$/,
      )
    })
    const { url } = await answering((response) => response.end(page('')))
    expect(await faultOf(listed(storeAt(url.replace('http:', 'https:'))))).toMatch(
      /does not speak TLS as expected \(\w+\)\. If it speaks plain HTTP, declare the endpoint with http:\/\/\.$/,
    )
  })
})

import type { LookupAddress } from 'node:dns'
import { createServer, type Server } from 'node:http'
import { isIPv6, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusedAddress } from '../../alerts/http/address.ts'
import { parseAllowList } from '../../alerts/http/allow-list.ts'
import { sendHeartbeat } from '../../alerts/delivery/heartbeat.ts'
import { callHttp } from '../../alerts/http/http.ts'
import { createSafeAgent, type Lookup, type SafeAgentOptions } from '../../alerts/http/safe-agent.ts'

describe('an address', () => {
  it.each([
    '93.184.216.34', '8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1',
    '192.167.255.255', '169.253.255.255', '223.255.255.255', '11.0.0.1',
    '2606:4700:4700::1111', '2a00:1450:4001:80b::200e', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8',
  ])('%s may be called', (address) => expect(refusedAddress(address)).toBeUndefined()) // prettier-ignore

  it.each([
    // this host, loopback, private, shared, link-local and what clouds serve there
    '0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '10.0.0.1', '10.255.255.255', '172.16.0.1',
    '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.127.255.255', '169.254.0.1', '169.254.169.254',
    '100.100.100.200', '192.0.0.192', '168.63.129.16',
    // multicast, broadcast, reserved, documentation, benchmarks
    '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.0.2.1', '198.51.100.1', '203.0.113.1',
    '198.18.0.1', '198.19.255.255', '192.88.99.1',
    // the same in version 6
    '::', '::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'fdff::1',
    'ff02::1', '2001:db8::1', '100::1', '5f00::1', '3fff::1',
    // version 4 within version 6: mapped, compatible, translated, 6to4, Teredo, NAT64
    '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::127.0.0.1', '::7f00:1',
    '::ffff:0:127.0.0.1', '2002:7f00:1::', '2002:a00:1::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '64:ff9b::127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '64:ff9b:1::808:808',
    '::ffff:168.63.129.16',
    // no addresses
    '', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '0x7f000001', '2130706433', '0177.0.0.1', ':::', '::g',
  ])('%s is refused', (address) => expect(refusedAddress(address)).toBeTypeOf('string')) // prettier-ignore
})

describe('the allow list', () => {
  const cases: [entry: string, host: string, port: number, address: string, allowed: boolean][] = [
    ['10.0.0.0/8', 'ci.internal', 443, '10.2.3.4', true],
    ['10.0.0.0/8', 'ci.internal', 443, '11.2.3.4', false],
    ['10.0.0.0/8', 'ci.internal', 443, '::ffff:10.2.3.4', true],
    ['fd00::/8', 'ci.internal', 443, 'fd12::1', true],
    ['fd00::/8', 'ci.internal', 443, '10.0.0.1', false],
    ['ci.internal', 'ci.internal', 8443, '10.2.3.4', true],
    ['CI.internal', 'ci.INTERNAL.', 443, '10.2.3.4', true],
    ['ci.internal', 'x.ci.internal', 443, '10.2.3.4', false],
    ['ci.internal', 'ci-internal', 443, '10.2.3.4', false],
    ['ci.internal:443', 'ci.internal', 443, '10.2.3.4', true],
    ['ci.internal:443', 'ci.internal', 80, '10.2.3.4', false],
    ['127.0.0.1:9000', '127.0.0.1', 9000, '127.0.0.1', true],
    ['127.0.0.1:9000', 'localhost', 9000, '127.0.0.1', true],
    ['127.0.0.1:9000', '127.0.0.1', 9001, '127.0.0.1', false],
    ['::1', 'localhost', 80, '::1', true],
    ['[::1]:9000', '::1', 9000, '::1', true],
    ['[::1]:9000', '::1', 9001, '::1', false],
    ['localhost', '127.0.0.1', 80, '127.0.0.1', false],
  ]
  it.each(cases)('%s: %s port %i at %s is %s', (entry, host, port, address, allowed) => {
    expect(parseAllowList([entry])({ host, port, address })).toBe(allowed)
  })

  it.each(['', 'http://ci.internal', '*', '*.internal', '10.0.0.0/33', 'a b', 'ci:99999', '10.0.0.0/x', '[::1', 'ci/']) // prettier-ignore
  ('cannot read "%s"', (entry) => expect(() => parseAllowList([entry])).toThrow('to allow webhooks to')) // prettier-ignore
})

describe('the guarded agent', () => {
  let server: Server
  let port: number
  let hits = 0

  beforeAll(async () => {
    server = createServer((_, response) => {
      hits++
      response.setHeader('connection', 'close').end('secret of the inside')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => server.close())
  beforeEach(() => (hits = 0))

  const call = async (url: string, options: Partial<SafeAgentOptions> = {}) => {
    const agent = createSafeAgent({ allow: () => false, timeoutMs: 1000, ...options })
    const outcome = await callHttp({ url, method: 'GET', headers: {}, dispatcher: agent, now: new Date() })
    await agent.close()
    return outcome
  }
  const resolving = (...answers: string[][]): Lookup & { calls: number } => {
    const lookup = Object.assign(
      ((_host, _options, callback) => {
        const addresses = answers[Math.min(lookup.calls++, answers.length - 1)]
        callback(null, addresses.map((address): LookupAddress => ({ address, family: isIPv6(address) ? 6 : 4 }))) // prettier-ignore
      }) as Lookup,
      { calls: 0 },
    )
    return lookup
  }

  it.each([
    '127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '0', '0.0.0.0',
    '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::]', '127.0.0.1.', 'localhost', 'LOCALHOST',
    '１２７.０.０.１', '127。0。0。1',
  ])('does not reach this machine as %s', async (host) => {
    expect(await call(`http://${host}:${port}/`)).toMatchObject({ status: 'refused' })
    expect(hits).toBe(0)
  }) // prettier-ignore

  it('says which address it refused, and why', async () => {
    expect(await call(`http://127.1:${port}/`)).toMatchObject({
      error:
        '127.0.0.1 is at 127.0.0.1, which is not a public address (loopback) and is not on the allow list',
    })
  })

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'data:text/plain,x', 'example.com', 'http://', ''])(
    'refuses the URL "%s"',
    async (url) => expect(await call(url)).toMatchObject({ status: 'refused' }),
  )

  it('refuses credentials in a URL, and does not repeat them', async () => {
    const outcome = await call('http://user:hunter2@example.com/')
    expect(outcome).toMatchObject({ status: 'refused' })
    expect(JSON.stringify(outcome)).not.toContain('hunter2')
  })

  it('refuses a name that resolves to an inner address, even one among others', async () => {
    for (const answer of [['10.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::1'], ['::ffff:10.0.0.1']]) {
      const outcome = await call(`http://rebind.example:${port}/`, { lookup: resolving(answer) })
      expect(outcome).toMatchObject({ status: 'refused' })
    }
    expect(hits).toBe(0)
  })

  it('judges the address it connects to: a name that changes its answer gains nothing', async () => {
    const lookup = resolving(['127.0.0.1'], ['127.0.0.9'])
    const dispatcher = createSafeAgent({ allow: parseAllowList(['127.0.0.1']), timeoutMs: 1000, lookup })
    const url = `http://rebind.example:${port}/`
    const get = () => callHttp({ url, method: 'GET', headers: {}, dispatcher, now: new Date() })
    expect(await get()).toMatchObject({ status: 'delivered' })
    expect(await get()).toMatchObject({ status: 'refused', error: expect.stringContaining('127.0.0.9') })
    expect([lookup.calls, hits]).toEqual([2, 1])
    await dispatcher.close()
  })

  it('a name that is public when it is first looked up and this machine then is refused then', async () => {
    const lookup = resolving(['192.0.0.9'], ['127.0.0.1'])
    // 192.0.0.9 stands for a public address here: allowed, and nobody answers.
    const dispatcher = createSafeAgent({ allow: parseAllowList(['192.0.0.9']), timeoutMs: 300, lookup })
    const url = `http://rebind.example:${port}/`
    const get = () => callHttp({ url, method: 'GET', headers: {}, dispatcher, now: new Date() })
    expect(await get()).toMatchObject({ status: 'retryable' })
    expect(await get()).toMatchObject({ status: 'refused', error: expect.stringContaining('127.0.0.1') })
    expect([lookup.calls, hits]).toEqual([2, 0])
    await dispatcher.destroy()
  })

  it.each([
    ['http://169.254.169.254/latest/meta-data/', []],
    ['http://[fd00:ec2::254]/latest/meta-data/', []],
    ['http://metadata.google.internal/computeMetadata/v1/', ['169.254.169.254']],
    ['http://metadata.example/', ['::ffff:169.254.169.254']],
  ])('does not reach the metadata of a cloud at %s', async (url, answer) => {
    expect(await call(url, { lookup: resolving(answer) })).toMatchObject({ status: 'refused' })
  })

  it('follows no redirect, not even to where it may go', async () => {
    const redirecting = createServer((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${port}/`, connection: 'close' }).end()
    })
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve))
    const at = (redirecting.address() as AddressInfo).port
    const outcome = await call(`http://127.0.0.1:${at}/`, { allow: parseAllowList(['127.0.0.1']) })
    redirecting.close()
    expect(outcome).toMatchObject({ status: 'refused', httpStatus: 302 })
    expect(hits).toBe(0)
  })

  it('waits for a slow answer only so long, however steadily it drips', async () => {
    const dripping = createServer((_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    })
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve))
    const dispatcher = createSafeAgent({ allow: parseAllowList(['127.0.0.1']), timeoutMs: 200 })
    const url = `http://127.0.0.1:${(dripping.address() as AddressInfo).port}/`
    const started = performance.now()
    await callHttp({ url, method: 'GET', headers: {}, dispatcher, now: new Date(), timeoutMs: 400 })
    expect(performance.now() - started).toBeLessThan(3000)
    await dispatcher.destroy()
    dripping.closeAllConnections()
    dripping.close()
  })

  it('lets through what is on the allow list, by name, address, range and port', async () => {
    const lookup = resolving(['127.0.0.1'])
    for (const entry of [
      'ci.internal',
      `ci.internal:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port}`,
      '127.0.0.0/8',
    ]) {
      const outcome = await call(`http://ci.internal:${port}/`, { allow: parseAllowList([entry]), lookup })
      expect(outcome).toMatchObject({ status: 'delivered', httpStatus: 200 })
    }
    const other = parseAllowList([`127.0.0.1:${port + 1}`])
    expect(await call(`http://127.0.0.1:${port}/`, { allow: other })).toMatchObject({ status: 'refused' })
  })

  it('a name that cannot be resolved may resolve later', async () => {
    const lookup: Lookup = (host, _, callback) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), [])
    expect(await call('http://nowhere.example/', { lookup })).toMatchObject({
      status: 'retryable',
      error: 'getaddrinfo ENOTFOUND nowhere.example',
    })
  })

  it('sends heartbeats, whose failures are logged without the URL and never thrown', async () => {
    const logged: unknown[] = []
    const log = { info: () => {}, warn: (...line: unknown[]) => void logged.push(line) }
    const beat = async (url: string, allow: string[]) => {
      const dispatcher = createSafeAgent({ allow: parseAllowList(allow), timeoutMs: 1000 })
      await sendHeartbeat({ url, dispatcher, now: new Date(), log })
      await dispatcher.close()
    }
    await beat(`http://127.0.0.1:${port}/ping/0b5e-token`, ['127.0.0.1'])
    expect([hits, logged]).toEqual([1, []])
    await beat(`http://127.0.0.1:${port}/ping/0b5e-token`, [])
    await beat(`http://127.0.0.1:1/ping/0b5e-token`, ['127.0.0.1'])
    await beat('0b5e-token', [])
    expect(hits).toBe(1)
    expect(logged).toHaveLength(3)
    expect(JSON.stringify(logged)).not.toContain('0b5e-token')
  })
})

import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { endIdleConnections } from '../../service/idle-connections.ts'

const IDLE = 1_000
let server: Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** Sends the parts with pauses; resolves with all that came, and after how many milliseconds the connection ended. */
async function exchange(listener: RequestListener, parts: string[], pause = 0) {
  server = createServer(listener)
  server.requestTimeout = 0
  server.keepAliveTimeout = IDLE
  endIdleConnections(server, IDLE)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let answer = ''
  socket.on('data', (data) => (answer += data.toString())).on('error', () => {})
  const began = performance.now()
  const ended = once(socket, 'close')
  for (const part of parts) {
    socket.write(part)
    await setTimeout(pause)
  }
  await ended
  return { answer, took: performance.now() - began }
}

const head = (more: string) => `POST / HTTP/1.1\r\nHost: x\r\n${more}\r\n`
const readAll: RequestListener = (request, response) => {
  request.on('error', () => {})
  request.resume().on('end', () => response.end('all read'))
}

test('an upload that stops is answered with 408, and its connection ends', async () => {
  const { answer, took } = await exchange(readAll, [head('Content-Length: 10\r\n'), '12345'])
  expect(answer).toMatch(/^HTTP\/1\.1 408 .*application\/problem\+json.*Send the same request again/s)
  expect(took).toBeLessThan(10 * IDLE)
})

test('a slow upload is read to its end, however long it takes', async () => {
  const parts = [head('Content-Length: 8\r\nConnection: close\r\n'), ...'12345678']
  const { answer, took } = await exchange(readAll, parts, IDLE / 3)
  expect(answer).toMatch(/200 OK.*all read/s)
  expect(took).toBeGreaterThan(2 * IDLE)
})

test('whoever has sent all may wait for the answer', async () => {
  const slow: RequestListener = (request, response) =>
    void request.resume().on('end', () => void setTimeout(4 * IDLE).then(() => response.end('at last')))
  const { answer } = await exchange(slow, [head('Content-Length: 1\r\nConnection: close\r\n') + 'x'])
  expect(answer).toMatch(/at last/)
})

test('whoever has sent more than the service has read may wait as well', async () => {
  const slow: RequestListener = (request, response) =>
    void setTimeout(4 * IDLE).then(() => readAll(request, response as never))
  const { answer } = await exchange(slow, [
    head('Content-Length: 500000\r\nConnection: close\r\n') + 'x'.repeat(500_000),
  ])
  expect(answer).toMatch(/all read/)
})

test('a service that begins to read at the moment of a look gives the client its whole time', async () => {
  let looks = 0
  const late: RequestListener = (request, response) => {
    request.on('timeout', () => {
      if (++looks !== 2) return
      // Nothing is left in the buffer, and the next bytes have not arrived.
      while (request.read() !== null);
      setImmediate(() => readAll(request, response as never))
    })
  }
  const { answer } = await exchange(late, [
    head('Content-Length: 500000\r\nConnection: close\r\n') + 'x'.repeat(500_000),
  ])
  expect(answer).toMatch(/all read/)
})

test('a service that was busy for longer reads what has arrived meanwhile', async () => {
  const busy: RequestListener = (request, response) => {
    readAll(request, response)
    request.once('data', () => {
      const until = performance.now() + 2 * IDLE
      setImmediate(() => {
        while (performance.now() < until);
      })
    })
  }
  const { answer } = await exchange(
    busy,
    [head('Content-Length: 2\r\nConnection: close\r\n') + '1', '2'],
    IDLE / 4,
  )
  expect(answer).toMatch(/all read/)
})

test('of a request that is answered without its body, the connection ends as well', async () => {
  const refuse: RequestListener = (_request, response) => void response.writeHead(401).end()
  const { answer, took } = await exchange(refuse, [head('Content-Length: 10\r\n')])
  expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  // Node adds a second to the time that it keeps a connection alive.
  expect(took).toBeLessThan(1000 + 10 * IDLE)
})

test('whoever does not read its answer is cut off', async () => {
  server = createServer((_request, response) => void response.end(Buffer.alloc(50_000_000)))
  endIdleConnections(server, IDLE)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  socket.pause().write(head(''))
  const connections = () => new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)))
  await expect.poll(connections).toBe(1)
  await expect.poll(connections).toBe(0)
  socket.destroy()
})

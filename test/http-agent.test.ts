import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { request } from 'undici'
import { expect, it } from 'vitest'
import { createHttpAgent } from '../http-agent.ts'
import { freePorts } from './support/free-ports.ts'

/** As many bytes as fill the buffer of a body that is not read yet, and more. */
const SIZES = [65_536, 65_537, 1_000_000]

const FRAMINGS = {
  'of a known length': (body: Buffer) => [`content-length: ${body.length}\r\n\r\n`, body],
  'up to the end of the connection': (body: Buffer) => ['\r\n', body],
  'in chunks': (body: Buffer) => [
    `transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
    body,
    '\r\n0\r\n\r\n',
  ],
  'shorter than announced': (body: Buffer) => [`content-length: ${body.length + 10}\r\n\r\n`, body],
} satisfies Record<string, (body: Buffer) => (string | Buffer)[]>

const cases = Object.keys(FRAMINGS).flatMap((framing) =>
  SIZES.map((size) => ({ framing: framing as keyof typeof FRAMINGS, size })),
)

it.each(cases)('a server that closes at once, a slow reader: a body $framing, $size bytes', async (given) => {
  const parts = FRAMINGS[given.framing](Buffer.alloc(given.size, 'a'))
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n')
        for (const part of parts) socket.write(part)
        socket.end()
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = createHttpAgent({ timeoutMs: 5_000 })
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { body } = await request(url, { dispatcher: agent })
    await setTimeout(50)
    const read = body.bytes().then(({ length }) => length)
    if (given.framing === 'shorter than announced')
      await expect(read).rejects.toMatchObject({ code: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' })
    else expect(await read).toBe(given.size)
  } finally {
    await agent.destroy()
    server.close()
  }
})

it('a server that nobody runs: the request fails', async () => {
  const [port] = await freePorts(1)
  const agent = createHttpAgent({ timeoutMs: 5_000 })
  try {
    const asked = request(`http://127.0.0.1:${port}`, { dispatcher: agent })
    await expect(asked).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  } finally {
    await agent.destroy()
  }
})

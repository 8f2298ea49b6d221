import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sendEvents, sendTest } from '../../../../alerts/delivery/send.ts'
import { createMailer, withoutSecrets } from '../../../../alerts/channels/email/smtp.ts'
import { drawPicture, fontFiles } from '../../../../alerts/channels/email/picture.ts'
import { channelSchema } from '../../../../control/declared/channel.ts'
import type { AlertEvent } from '../../../../control/alerting/alert-event.ts'
import { alertEvent, link, member, startMailServer, startReceiver } from '../../../support/channels.ts'
import { pictureData } from '../../../support/samples/picture-data.ts'

let server: Awaited<ReturnType<typeof startMailServer>>
let http: Awaited<ReturnType<typeof startReceiver>>
/** What the server says to a recipient, where it does not take it. */
let refusal: Error | undefined
beforeAll(async () => {
  server = await startMailServer({
    onRcptTo: (address, _session, callback) => callback(address.address.startsWith('bad') ? refusal : null),
  })
  http = await startReceiver()
})
afterAll(async () => {
  await server.stop()
  await http.stop()
})
afterEach(() => void (server.mails.length = 0))

const channel = (to: string[] = ['ml@example.com'], more: object = {}) =>
  channelSchema.parse({ name: 'mail', email: { to, ...more } })
const mailerAt = (url: string, timeoutMs = url === server.url ? 5000 : 300) =>
  createMailer({ url, from: 'drift@example.com', timeoutMs })

interface Options {
  url?: string
  to?: string[]
  first?: string
  picture?: () => Promise<ReturnType<typeof drawPicture> | undefined>
  signal?: AbortSignal
}

const send = (event: AlertEvent, { url = server.url, to, first, picture, signal }: Options = {}) =>
  sendEvents(channel(to), [event], {
    dispatcher: http.dispatcher,
    link,
    now: new Date(),
    signal,
    email: {
      mailer: mailerAt(url),
      firstEvent: () => Promise.resolve(first),
      picture: picture ?? (() => Promise.resolve(drawPicture(pictureData))),
    },
  })

describe('a mail', () => {
  it('comes with text, HTML, the chart within it and what mail programs go by', async () => {
    expect(await send(alertEvent())).toMatchObject({ status: 'delivered' })
    const [mail] = server.mails
    expect(mail.subject).toBe('[critical] Feature drift in flights: distance and 1 more')
    expect(mail.from!.text).toBe('drift@example.com')
    expect(mail.recipients).toEqual(['ml@example.com'])
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
    for (const part of [mail.text!, mail.html as string]) {
      for (const words of [
        'flights',
        'distance',
        '2 Apr 2001 13:00 UTC',
        'Check the feature pipeline',
        'baseline 1',
        'https://drift.example.com/base/alerts/b5dccb6f',
        'at=2001-04-02T14%3A00',
      ])
        // prettier-ignore
        expect(part).toContain(words)
    }
    const [image] = mail.attachments
    expect(image).toMatchObject({ contentType: 'image/png', related: true, filename: 'chart.png' })
    expect(image.content.subarray(1, 4).toString()).toBe('PNG')
    // The parser puts the picture where the HTML refers to it.
    expect(mail.html).toContain('src="data:image/png;base64,')
  })

  it('is a thread from the first event to the resolution, and the same mail at every attempt', async () => {
    const first = alertEvent()
    const last = alertEvent({ id: 'later', reason: 'all_resolved', status: 'resolved' })
    await send(first, { first: first.id })
    await send(first, { first: first.id })
    await send(last, { first: first.id })
    const [one, again, resolved] = server.mails
    expect(again.messageId).toBe(one.messageId)
    expect(one.inReplyTo).toBeUndefined()
    expect(resolved.messageId).not.toBe(one.messageId)
    expect(resolved.inReplyTo).toBe(one.messageId)
    expect([resolved.references].flat()).toEqual([one.messageId])
    expect(resolved.subject).toBe('[resolved] Feature drift in flights')
    expect(resolved.attachments).toEqual([])
  })

  it('is sent without its picture where that cannot be drawn', async () => {
    expect(await send(alertEvent(), { picture: () => Promise.reject(new Error('no font')) })).toMatchObject({
      status: 'delivered',
    })
    expect(server.mails[0].attachments).toEqual([])
    expect(server.mails[0].html).not.toContain('<img')
  })

  it.each([
    ['a line break', 'x\r\nBcc: evil@example.com\r\n\r\nhello'],
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>"\''],
    ['marks of direction', '\u202egnp.exe\u2066'],
    ['a family', '👩‍👩‍👧‍👦'.repeat(300)],
    ['half a pair', '\ud800'],
  ])('has no other headers, recipients or elements by a name with %s', async (_, name) => {
    const event = alertEvent({ summary: `It moved: ${name}`, members: [member({ column: name, explanation: name })] })
    expect(await send(event)).toMatchObject({ status: 'delivered' })
    const [mail] = server.mails
    expect(mail.recipients).toEqual(['ml@example.com'])
    expect(mail.headers.has('bcc')).toBe(false)
    expect(mail.subject!.length).toBeLessThanOrEqual(200)
    expect(mail.subject).not.toMatch(/[\r\n\u202e\u2066]/)
    expect(mail.html).not.toMatch(/<script|onerror=alert\(1\)>"/)
    expect(mail.headerLines.map(({ key }) => key).sort()).toEqual(['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to', 'x-auto-response-suppress', 'x-driftgauge-alert']) // prettier-ignore
  }) // prettier-ignore

  it('goes to all recipients, from the sender that the channel names', async () => {
    const to = ['a@example.com', 'b@example.com']
    await sendTest(channel(to, { cc: ['c@example.com'], from: 'me@example.com' }), {
      dispatcher: http.dispatcher,
      mailer: mailerAt(server.url),
      now: new Date(),
    })
    const [mail] = server.mails
    expect(mail.recipients).toEqual([...to, 'c@example.com'])
    expect(mail.from!.text).toBe('me@example.com')
    expect(mail.text).toMatch(/This is a test of channel mail/)
  })
})

describe('a mail server', () => {
  const code = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode })

  it('that refuses for now is tried again, and one that refuses for good is not', async () => {
    refusal = code(451, 'greylisted')
    expect(await send(alertEvent(), { to: ['bad@example.com'] })).toMatchObject({
      status: 'retryable',
      error: expect.stringMatching(/the mail server answered: .*451 greylisted/) as string,
    })
    refusal = code(550, 'no such mailbox')
    expect(await send(alertEvent(), { to: ['bad@example.com'] })).toMatchObject({ status: 'refused' })
    expect(await send(alertEvent(), { to: ['good@example.com', 'bad@example.com'] })).toMatchObject({
      status: 'delivered',
    })
  })

  it('that is not there, says nothing, or breaks off is tried again', async () => {
    const sockets: Socket[] = []
    let behave: (socket: Socket) => void = () => {}
    const bare = createServer((socket) => {
      sockets.push(socket.on('error', () => {}))
      behave(socket)
    })
    await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve))
    const url = `smtp://127.0.0.1:${(bare.address() as AddressInfo).port}`
    expect(await send(alertEvent(), { url })).toMatchObject({ status: 'retryable' })
    behave = (socket) => socket.destroy()
    expect(await send(alertEvent(), { url })).toMatchObject({ status: 'retryable' })
    behave = (socket) => socket.end('554 go away\r\n')
    expect(await send(alertEvent(), { url })).toMatchObject({ status: 'retryable' }) // prettier-ignore
    // Never silent, and never done.
    behave = (socket) => setInterval(() => socket.write('220-wait\r\n'), 50).unref()
    expect(await send(alertEvent(), { url })).toMatchObject({ status: 'retryable' })
    for (const socket of sockets) socket.destroy()
    bare.close()
    expect(await send(alertEvent(), { url })).toMatchObject({
      status: 'retryable',
      error: expect.stringMatching(/cannot be reached/) as string,
    })
  })

  it('is given up at once when the service stops', async () => {
    const stop = AbortSignal.abort()
    expect(await send(alertEvent(), { signal: stop })).toEqual({ status: 'aborted' })
  })

  it('that refuses the login is tried again, and its password is told by no error', async () => {
    const password = 'can/ary secret+of mail'
    const picky = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (auth, _session, callback) =>
        callback(
          code(535, `wrong: ${auth.password} ${Buffer.from(`\0bob\0${auth.password}`).toString('base64')}`),
        ),
    })
    const url = `smtp://bob:${encodeURIComponent(password)}@127.0.0.1:${picky.port}`
    const outcome = await send(alertEvent(), { url })
    expect(outcome).toMatchObject({ status: 'retryable', error: expect.stringContaining('rejected the login') as string }) // prettier-ignore
    expect(JSON.stringify(outcome)).not.toMatch(/ary secret|ary%20secret/)
    expect(withoutSecrets(`a ${encodeURIComponent(password)} b`, url)).toBe('a … b')
    await picky.stop()
  })

  it('by TLS is used as its address says, and an encryption that is asked for is insisted on', async () => {
    expect(await send(alertEvent(), { url: `${server.url}?requireTLS=true` })).toMatchObject({
      status: 'retryable',
    })
    expect(server.mails).toEqual([])
  })

  it('that is not set is said so, and the mail waits', async () => {
    const context = { dispatcher: http.dispatcher, link, now: new Date(), mailer: undefined }
    for (const outcome of [await sendEvents(channel(), [alertEvent()], context), await sendTest(channel(), context)])
      expect(outcome).toMatchObject({ status: 'retryable', error: expect.stringContaining('SMTP_URL') as string })
  }) // prettier-ignore
})

describe('the picture', () => {
  it('is a PNG of 1,260 pixels across, with text on it', () => {
    const { png, alt } = drawPicture(pictureData)
    expect(png.readUInt32BE(16)).toBe(1260)
    expect(png.readUInt32BE(20)).toBeGreaterThan(1200)
    expect(alt).toContain('distance')
    const mute = drawPicture(pictureData, [])
    expect(mute.png.readUInt32BE(16)).toBe(1260)
    expect(png.length).toBeGreaterThan(1.3 * mute.png.length)
    expect(png.equals(drawPicture(pictureData).png)).toBe(true)
    expect(fontFiles().every((path) => path.endsWith('.ttf'))).toBe(true)
  })

  it('is drawn of names that no one would choose, of long lists, and of nothing', () => {
    const { series, windowEnd, distribution } = pictureData
    for (const name of ['<script>&"', 'x'.repeat(5000), '👩‍👩‍👧‍👦', '\u202e', '\u0000\ud800']) {
      const bins = Array.from({ length: 300 }, (_, i) => ({
        label: `${name}${i}`,
        kind: 'category' as const,
        baselineShare: 1 / 300,
        windowShare: i / 45_000,
        contribution: i / 1000,
      }))
      const { png } = drawPicture({ windowEnd, series: { ...series, of: name }, distribution: { column: name, bins } })
      expect(png.readUInt32BE(20)).toBeLessThan(3 * 900)
    }
    expect(drawPicture({ windowEnd, series: { ...series, points: [] }, distribution: { ...distribution!, bins: [] } }).png.length).toBeGreaterThan(100) // prettier-ignore
  }) // prettier-ignore
})

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { parseAllowList } from '../../alerts/http/allow-list.ts'
import { linkTo } from '../../alerts/message/message.ts'
import { createSafeAgent } from '../../alerts/http/safe-agent.ts'
import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'

export const link = linkTo('https://drift.example.com/base/')

/** As in docs/alerts.md: distance in kilometres. */
export function member(changes: Partial<AlertMember> = {}): AlertMember {
  return {
    kind: 'feature',
    column: 'distance',
    segment: '',
    version: '',
    severity: 'critical',
    since: '2001-04-02T13:00:00.000Z',
    explanation:
      'The distribution shifted: effect 0.413 (critical threshold 0.25), mostly at 1,620 and above, from 10% to 24.1% of rows.',
    effect: 0.4127,
    ...changes,
  }
}

export function alertEvent(changes: Partial<AlertEvent> = {}): AlertEvent {
  return {
    id: 'b5dccb6f3d4bb34185095137bdcf32a6',
    scope: 'alert',
    monitor: 'flights-daily',
    model: 'flights',
    kind: 'feature',
    column: '',
    segment: '',
    version: '',
    windowEnd: new Date('2001-04-02T14:00:00Z'),
    reason: 'first',
    status: 'firing',
    severity: 'critical',
    summary:
      'Feature "distance" of flights has drifted from baseline 1 (january.parquet) since 2 Apr 2001 13:00 UTC (critical): the distribution shifted: effect 0.413 (critical threshold 0.25), mostly at 1,620 and above, from 10% to 24.1% of rows.',
    members: [member(), member({ column: 'origin', severity: 'warning', effect: 0.1184, explanation: 'The distribution shifted: effect 0.118 (warning threshold 0.1), mostly at ORD, from 5.1% to 8.9% of rows.' })],
    baseline: 'baseline 1 (january.parquet)',
    createdAt: new Date('2001-04-02T14:10:00Z'),
    notify: true,
    channels: ['ops'],
    ...changes,
  } // prettier-ignore
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void

export const answer =
  (code: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body)

/** Takes whatever is posted, and answers as it is told. */
export async function startReceiver(timeoutMs = 300) {
  const received: { path: string; headers: IncomingMessage['headers']; body: string }[] = []
  let respond = answer(200, 'ok')
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ path: request.url!, headers: request.headers, body })
      respond(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispatcher = createSafeAgent({ allow: parseAllowList(['127.0.0.1']), timeoutMs })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    dispatcher,
    answer: (next: Answer) => void (respond = next),
    async stop() {
      server.closeAllConnections()
      server.close()
      await dispatcher.destroy()
    },
  }
}

/** A mail server, and the mails that it took, as a mail program reads them. */
export async function startMailServer(options: SMTPServerOptions = {}) {
  const mails: (ParsedMail & { recipients: string[] })[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, callback) {
      void simpleParser(stream, {}).then((mail) => {
        mails.push({ ...mail, recipients: session.envelope.rcptTo.map(({ address }) => address) })
        callback()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    mails,
    url: `smtp://127.0.0.1:${port}`,
    port,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

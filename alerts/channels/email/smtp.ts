import { createTransport, type SendMailOptions } from 'nodemailer'
import type { SendOutcome } from '../../http/http.ts'
import { plain } from '../../message/wording.ts'

/** Sends mail through the operator's server. */
export interface Mailer {
  /** The sender, unless a channel names its own. */
  from: string
  /** Makes one attempt. Never throws. */
  send(mail: SendMailOptions, signal?: AbortSignal): Promise<SendOutcome>
}

export interface MailerOptions {
  /** `smtp://` (with STARTTLS where the server offers it) or `smtps://`. Chosen by the operator, so not guarded. */
  url: string
  from: string
  /** Of connecting, of the greeting, and of silence, in milliseconds. */
  timeoutMs?: number
}

const LONGEST_ERROR = 300
/** Of an attempt as a whole, in stages: a server may be slow without ever being silent. */
const STAGES = 6

/** Makes a connection for each mail: alerts are few. */
export function createMailer({ url, from, timeoutMs = 10_000 }: MailerOptions): Mailer {
  return {
    from,
    async send(mail, signal) {
      if (signal?.aborted) return { status: 'aborted' }
      const transport = createTransport(
        {
          url,
          connectionTimeout: timeoutMs,
          greetingTimeout: timeoutMs,
          socketTimeout: timeoutMs,
          dnsTimeout: timeoutMs,
        },
        { disableFileAccess: true, disableUrlAccess: true },
      )
      const started = performance.now()
      const timeout = AbortSignal.timeout(STAGES * timeoutMs)
      try {
        await Promise.race([
          transport.sendMail(mail),
          rejection(signal === undefined ? timeout : AbortSignal.any([signal, timeout])),
        ])
        return { status: 'delivered', latencyMs: Math.round(performance.now() - started) }
      } catch (error) {
        if (signal?.aborted) return { status: 'aborted' }
        return failure(error, url, Math.round(performance.now() - started))
      } finally {
        transport.close()
      }
    },
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new Error('the mail server did not respond in time'))
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}

/** What a refusal of sender, recipients or content has; all else is about the server or the settings of the service. */
const ABOUT_THE_MAIL = ['EENVELOPE', 'EMESSAGE']

/** A refusal of the mail (5xx) is final, all else may pass, as does a login once SMTP_URL is fixed. */
function failure(error: unknown, url: string, latencyMs: number): SendOutcome {
  const {
    responseCode = 0,
    code,
    message,
  } = error as { responseCode?: number; code?: string; message: string }
  const isFinal = responseCode >= 500 && ABOUT_THE_MAIL.includes(code ?? '')
  const hint =
    code === 'EAUTH'
      ? 'the mail server rejected the login in SMTP_URL: '
      : responseCode > 0
        ? 'the mail server answered: '
        : 'the mail server cannot be reached: '
  const said = `${hint}${withoutSecrets(plain(message), url)}`.slice(0, LONGEST_ERROR)
  return { status: isFinal ? 'refused' : 'retryable', latencyMs, error: said }
}

/** A server may repeat what it was told. */
export function withoutSecrets(text: string, url: string): string {
  const { username, password } = new URL(url)
  const [user, secret] = [username, password].map(decodeURIComponent)
  if (secret === '') return text
  const base64 = (plainText: string) => Buffer.from(plainText).toString('base64')
  const forms = [base64(`\0${user}\0${secret}`), base64(secret), password, secret]
  return forms.reduce((shown, form) => shown.replaceAll(form, '…'), text)
}

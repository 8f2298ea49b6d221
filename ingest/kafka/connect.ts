import { Kafka, logLevel, type LogEntry, type SASLOptions } from 'kafkajs'
import type { Logger } from 'pino'
import { connectionAdvice } from './advice.ts'
import { registerCodecs } from './codecs.ts'
import type { KafkaSettings } from './settings.ts'

/** A broker far away, with TLS, takes longer than the second that the client grants by itself. */
const CONNECT_WITHIN_MS = 10_000
const ANSWER_WITHIN_MS = 30_000
/** Few: whoever uses the client starts again as a whole, with pauses that grow. */
const RETRY = { initialRetryTime: 300, maxRetryTime: 10_000, retries: 3 }

/**
 * A client of Kafka that reads every compression. It connects when it is used, rejects within about a minute where no
 * broker answers, and at once where one refuses us. Its own logs go to `log`, never with payloads or passwords.
 */
export function createKafka(settings: KafkaSettings, log: Logger): Kafka {
  registerCodecs()
  return new Kafka({
    brokers: settings.brokers,
    clientId: settings.clientId,
    connectionTimeout: CONNECT_WITHIN_MS,
    requestTimeout: ANSWER_WITHIN_MS,
    retry: RETRY,
    ssl: settings.tls,
    // A copy, because the client writes into it.
    sasl: settings.sasl && ({ ...settings.sasl } as SASLOptions),
    // Its debug level tells of every request: too much, but for a look at the protocol.
    logLevel: log.isLevelEnabled('trace') ? logLevel.DEBUG : logLevel.INFO,
    logCreator: () => (entry) => passOn(entry, log),
  })
}

/** What is worth a line, and can hold neither payload nor password. */
const FIELDS = ['broker', 'groupId', 'memberId', 'memberAssignment', 'topic', 'partition', 'offset', 'error', 'retryCount', 'retryTime'] as const // prettier-ignore

function passOn({ namespace, level, log: { message, ...extra } }: LogEntry, log: Logger): void {
  const fields = Object.fromEntries(
    FIELDS.flatMap((name) => (extra[name] === undefined ? [] : [[name, extra[name]]])),
  )
  const advice = connectionAdvice(message)
  log[levelOf(namespace, level)](advice === undefined ? fields : { ...fields, advice }, `Kafka: ${message}`)
}

function levelOf(namespace: string, level: logLevel): 'trace' | 'debug' | 'info' | 'warn' {
  if (level === logLevel.DEBUG) return 'trace'
  if (level === logLevel.INFO) return 'info'
  // Of a connection: it is tried again, or told once more by whoever needed the connection.
  if (namespace === 'Connection') return 'debug'
  // An error is told by the caller, who it is thrown to.
  return 'warn'
}

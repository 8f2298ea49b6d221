import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import kafkajs, { Kafka, logLevel } from 'kafkajs'
import { kafkaClassPath, whyNoKafka } from './jars.ts'
import { runTool, startGuard, startProcess, type KafkaProcess } from './process.ts'
import { serverProperties, type Listener } from './properties.ts'
import { freePorts } from '../free-ports.ts'
import { describeUnless } from '../runner/missing.ts'

export interface BrokerOptions {
  /** Listeners beside the plain one, by a name in capitals. */
  listeners?: Record<string, Listener>
  /** Passwords by user, good for SCRAM-SHA-256 and SCRAM-SHA-512. */
  scramUsers?: Record<string, string>
  /** Further properties of the broker; they win over those it is given here. */
  properties?: Record<string, string>
}

export interface Broker {
  /** `host:port` of the plain listener, as KAFKA_BROKERS takes it. */
  brokers: string
  /** `host:port` of every further listener. */
  listeners: Record<string, string>
  /** Sends the signal, and resolves when the process has ended; at once for SIGSTOP and SIGCONT. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same ports and data, after ending it where it still runs. */
  restart(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

const external = process.env.KAFKA_BROKERS || undefined
const reason = external === undefined ? whyNoKafka() : undefined

/**
 * `describe` for tests that need a broker: see {@link describeUnless} where none can run. `own`: they kill it or need
 * listeners, so that one named by KAFKA_BROKERS will not do.
 */
export function describeKafka(name: string, tests: () => void, { own = false } = {}): void {
  const why = own && external !== undefined ? 'needs a broker of its own; unset KAFKA_BROKERS for it' : reason
  describeUnless(why, name, tests)
}

/** A Kafka broker on loopback, ready to serve consumer groups; or the one that KAFKA_BROKERS names. */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  if (external !== undefined) return externalBroker(external)
  const { listeners = {}, scramUsers = {}, properties = {} } = options
  const names = Object.keys(listeners)
  const [plain, controller, ...further] = (await freePorts(2 + names.length)).map(
    (port) => `127.0.0.1:${port}`,
  )
  const addresses = {
    plain: plain,
    controller: controller,
    listeners: Object.fromEntries(names.map((name, index) => [name, further[index]])),
  }
  const classPath = kafkaClassPath()
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-kafka-'))
  const configuration = join(directory, 'server.properties')
  writeFileSync(configuration, serverProperties(directory, addresses, listeners, properties))
  const guard = startGuard(directory)

  let running: KafkaProcess | undefined
  const end = async (signal: NodeJS.Signals) => {
    running?.kill(signal)
    await running?.ended
    running = undefined
    guard.watch(undefined)
  }
  const start = async () => {
    running = startProcess(classPath, configuration)
    guard.watch(running.pid)
    await ready(running, addresses.plain)
  }
  const stop = async () => {
    await end('SIGKILL')
    await guard.release()
  }
  try {
    await runTool(classPath, 'kafka.tools.StorageTool', formatArguments(configuration, scramUsers))
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    brokers: addresses.plain,
    listeners: addresses.listeners,
    async kill(signal = 'SIGKILL') {
      if (signal === 'SIGSTOP' || signal === 'SIGCONT') running?.kill(signal)
      else await end(signal)
    },
    async restart() {
      await end('SIGKILL')
      await start()
    },
    stop,
  }
}

function externalBroker(brokers: string): Broker {
  const refuse = () => Promise.reject(new Error('The broker that KAFKA_BROKERS names is not ours to stop.'))
  return { brokers, listeners: {}, kill: refuse, restart: refuse, stop: () => Promise.resolve() }
}

function formatArguments(configuration: string, scramUsers: Record<string, string>): string[] {
  const credentials = Object.entries(scramUsers).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  )
  return ['format', '--cluster-id', 'driftgauge-tests-00000', '--config', configuration, ...credentials]
}

const READY_WITHIN = 100_000

/** Resolves once the broker's group coordinator answers. Rejects with what it printed where it ends before. */
async function ready(broker: KafkaProcess, address: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  try {
    for (;;) {
      if (broker.hasEnded()) throw new Error(`Kafka ended at start-up:\n${broker.output()}`)
      if (Date.now() > deadline) throw new Error(`Kafka did not answer:\n${broker.output()}`)
      try {
        await admin.connect()
        await admin.fetchOffsets({ groupId: 'is-ready' })
        return
      } catch (error) {
        if (!(error instanceof kafkajs.KafkaJSError)) throw error
        await delay(50)
      }
    }
  } finally {
    await admin.disconnect()
  }
}

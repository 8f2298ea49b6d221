import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, expect, it } from 'vitest'
import { runScript } from '../../support/child.ts'
import { describeKafka, startBroker } from '../../support/kafka/broker.ts'

// A place of its own, so that what is left behind here is ours.
const temporary = mkdtempSync(join(tmpdir(), 'driftgauge-broker-test-'))
process.env.TMPDIR = temporary
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

describeKafka(
  'the broker of the tests',
  () => {
    it('keeps its address and data over a kill, and leaves nothing behind', async () => {
      const broker = await startBroker()
      const kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING })
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      await producer.send({ topic: 'kept', messages: [{ value: 'one' }] })
      await producer.disconnect()

      await broker.kill()
      await expect(kafka.admin({ retry: { retries: 0 } }).connect()).rejects.toThrow('ECONNREFUSED')
      await broker.restart()

      const consumer = kafka.consumer({ groupId: 'reader' })
      await consumer.connect()
      await consumer.subscribe({ topic: 'kept', fromBeginning: true })
      const first = await new Promise<string>((resolve) => {
        void consumer.run({ eachMessage: async ({ message }) => resolve(message.value!.toString()) })
      })
      await consumer.disconnect()
      expect(first).toBe('one')

      await broker.stop()
      expect(readdirSync(temporary)).toEqual([])
    })

    it('does not outlive a test that is killed', async () => {
      const test = runScript(`
        const { startGuard } = await import('./test/support/kafka/process.ts')
        const { mkdtempSync } = await import('node:fs')
        const { spawn } = await import('node:child_process')
        const directory = mkdtempSync('${temporary}/data-')
        const broker = spawn('sleep', ['600'], { stdio: 'inherit' })
        startGuard(directory).watch(broker.pid)
        console.log('started', directory)
        setInterval(() => {}, 1000)`)
      const [, directory] = (await test.line(/^started/)).split(' ')
      expect(existsSync(directory)).toBe(true)
      test.process.kill('SIGKILL')
      // Both write to one pipe, which closes when both are gone.
      await test.ended
      await expect.poll(() => existsSync(directory)).toBe(false)
    })
  },
  { own: true },
)

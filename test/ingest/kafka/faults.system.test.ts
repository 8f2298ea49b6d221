import { describeKafka } from '../../support/kafka/broker.ts'
import { kafkaFaultSuite } from '../../suites/kafka-faults.ts'

describeKafka(
  'faults while records come in from Kafka, in short',
  () => kafkaFaultSuite({ events: 30_000, kills: 2, outageMs: 4_000 }),
  { own: true },
)

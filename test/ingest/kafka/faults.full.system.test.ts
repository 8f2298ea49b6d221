import { describeKafka } from '../../support/kafka/broker.ts'
import { kafkaFaultSuite } from '../../suites/kafka-faults.ts'

describeKafka(
  'faults while records come in from Kafka',
  () => kafkaFaultSuite({ events: 500_000, kills: 20, outageMs: 30_000 }),
  { own: true },
)

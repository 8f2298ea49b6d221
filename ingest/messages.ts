import { setImmediate } from 'node:timers/promises'
import type { Store } from '../store/client.ts'
import type { Model } from '../store/model.ts'
import { bury, type Buried } from './bury.ts'
import { show } from './decode-prediction.ts'
import { isRecord } from './fields.ts'
import type { Intake } from './intake.ts'
import { countRecords } from './metrics.ts'
import { reject, type Rejection } from './outcome.ts'
import { storeLabels, storePredictions, type RawRecord, type RecordOrigin } from './pipeline.ts'
import type { Mapping, TopicMessage } from './mapping/mapped.ts'

/** A topic, and how its messages become records. */
export interface TopicSource {
  name: string
  records: 'predictions' | 'labels'
  mapping: Mapping
}

export interface SourceMessage extends TopicMessage {
  partition: number
  offset: number
}

export interface MessageContext {
  store: Store
  intake: Intake
  findModel: (name: string) => Promise<Model | undefined>
  now: Date
}

const STORE = { predictions: storePredictions, labels: storeLabels }
/** Messages mapped between two turns of the event loop. */
const SLICE = 500

/**
 * Takes messages of a topic in. Resolves once every one is stored, as rows or as a dead letter, so that their
 * offsets may be committed; rejects when ClickHouse fails, after which taking the same messages again is harmless.
 */
export async function takeMessages(
  context: MessageContext,
  topic: TopicSource,
  messages: readonly SourceMessage[],
): Promise<void> {
  const { store, intake, now } = context
  const { byModel, buried } = await sort(topic, messages)
  await Promise.all(
    [...byModel].map(async ([name, records]) => {
      const model = await context.findModel(name)
      if (model === undefined) {
        const rejection = reject(
          'unknown_model',
          `there is no model ${show(name)}; declare it, then replay this`,
        )
        for (const { raw, origin } of records)
          buried.push({ source: topic.name, model: name, rejection, raw: raw!, origin })
        return
      }
      const into = { store, writer: intake.writer, model, source: topic.name, now }
      const result = await STORE[topic.records](into, records)
      countRecords(intake.metrics, { source: 'kafka', records: topic.records, model: name }, result)
    }),
  )
  await bury(store, buried, now)
}

/** Maps messages and sorts their records by model. */
async function sort(topic: TopicSource, messages: readonly SourceMessage[]) {
  const byModel = new Map<string, RawRecord[]>()
  const buried: Buried[] = []
  for (const [index, message] of messages.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate()
    const { partition, offset, recordedAt, headers } = message
    const origin: RecordOrigin = { partition, offset, recordedAt, headers }
    const raw = message.value ?? ''
    const giveUp = (rejection: Rejection) =>
      buried.push({ source: topic.name, model: '', rejection, raw, origin })
    const mapped = topic.mapping(message)
    if (mapped.status === 'rejected') giveUp(mapped)
    if (mapped.status !== 'records') continue
    for (const [i, { model, event }] of mapped.records.entries()) {
      if (model === undefined) {
        giveUp(reject('no_model', 'the record names no "model", and its topic is not declared for one'))
        continue
      }
      // Where a record has no id, its place in the topic is one: the same at each delivery.
      if (topic.records === 'predictions' && isRecord(event) && event.id === undefined)
        event.id = `${topic.name}/${partition}/${offset}${mapped.records.length > 1 ? `/${i}` : ''}`
      const records = byModel.get(model)
      if (records === undefined) byModel.set(model, [{ value: event, raw, origin }])
      else records.push({ value: event, raw, origin })
    }
  }
  return { byModel, buried }
}

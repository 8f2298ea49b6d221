import { setImmediate } from 'node:timers/promises'
import type { Store } from '../../store/engine/client.ts'
import type { InferenceLog } from '../../store/events/inference-logs.ts'
import type { Model } from '../../control/declared/model.ts'
import { writeDeadLetters, type RejectedRecord } from '../dead-letters/write-dead-letters.ts'
import { isRecord } from '../../domain/json.ts'
import type { Intake } from './intake.ts'
import { withoutErased } from './erased-logs.ts'
import { pairExchanges, type PairedLogs } from './pair-exchanges.ts'
import { unframed } from '../decode/framing.ts'
import type { MappedRecord, Mapping, TopicMessage } from '../mapping/mapped.ts'
import { countRecords } from './metrics.ts'
import { reject, type RejectionReason } from '../decode/outcome.ts'
import type { RecordOrigin } from '../decode/origin.ts'
import { storeLabels, storePredictions } from './pipeline.ts'
import { rawOf, type RawRecord } from './raw-record.ts'
import { unknownModel } from './unknown-model.ts'

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

/** A message of which not every record became a row. */
export interface UnprocessedMessage {
  partition: number
  offset: number
  recordedAt: number
  /** Why it is a dead letter; or it is a request or response of an exchange, kept until its counterpart comes. */
  reason: RejectionReason | 'other_half_missing'
  detail: string
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
 * Tells which ones are not stored as rows, or not in whole.
 */
export async function takeMessages(
  context: MessageContext,
  topic: TopicSource,
  messages: readonly SourceMessage[],
): Promise<UnprocessedMessage[]> {
  const { store, intake, now } = context
  const batch = new SortedBatch(topic)
  for (const [index, message] of messages.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate()
    batch.add(message)
  }
  const unprocessed = await addExchanges(store, batch, now)
  await Promise.all(
    [...batch.byModel].map(async ([name, records]) => {
      const model = await context.findModel(name)
      if (model === undefined) {
        const rejection = unknownModel(name)
        for (const record of records)
          batch.rejected.push({
            source: topic.name,
            model: name,
            rejection,
            raw: rawOf(record),
            origin: record.origin,
          })
        return
      }
      const classes = await intake.classesOf(model)
      const into = { store, writer: intake.writer, model, classes, source: topic.name, now }
      const result = await STORE[topic.records](into, records)
      countRecords(intake.metrics, { source: 'kafka', records: topic.records, model: name }, result)
      for (const { index, reason, detail } of result.rejected)
        unprocessed.push(unprocessedAt(records[index].origin!, reason, detail))
    }),
  )
  await writeDeadLetters(store, batch.rejected, now)
  // Of no model that is declared: what else a record calls itself would make a time series each.
  const foreign = { source: 'kafka', records: topic.records, model: '' } as const
  if (batch.rejected.length > 0)
    countRecords(intake.metrics, foreign, { accepted: 0, rejected: batch.rejected })
  const rejected = batch.rejected.map(({ origin, rejection }) =>
    unprocessedAt(origin!, rejection.reason, rejection.detail),
  )
  return [...unprocessed, ...rejected]
}

async function addExchanges(store: Store, batch: SortedBatch, now: Date): Promise<UnprocessedMessage[]> {
  if (batch.logs.size === 0) return []
  const { logs, eraseStored } = await withoutErased(store, batch.logs)
  batch.logs = logs
  const paired = await pairExchanges(store, [...logs.keys()], now)
  await eraseStored(now)
  return batch.addExchanges(paired)
}

function unprocessedAt(
  { partition, offset, recordedAt }: RecordOrigin,
  reason: UnprocessedMessage['reason'],
  detail: string,
): UnprocessedMessage {
  return { partition, offset, recordedAt, reason, detail }
}

/** The records of messages by their model, what has to be paired first, and what is none. */
class SortedBatch {
  readonly byModel = new Map<string, RawRecord[]>()
  logs = new Map<InferenceLog, SourceMessage>()
  readonly rejected: RejectedRecord[] = []
  readonly #topic: TopicSource

  constructor(topic: TopicSource) {
    this.#topic = topic
  }

  add(sent: SourceMessage): void {
    // As text, so that a dead letter of it can be replayed.
    const value = sent.value && unframed(sent.value)
    const message = value === sent.value ? sent : { ...sent, value }
    const mapped = this.#topic.mapping(message)
    if (mapped.status === 'inference_log') this.logs.set(mapped.log, message)
    if (mapped.status === 'records') this.#addRecords(mapped.records, message)
    if (mapped.status === 'rejected')
      this.rejected.push({ source: this.#topic.name, model: '', rejection: mapped, ...placeOf(message) })
  }

  /**
   * Adds complete exchanges, and what ClickHouse refused; what is wrong with one is reported for the message that completed it. Returns the messages
   * that still wait for their counterpart.
   */
  addExchanges({ exchanges, refused }: PairedLogs): UnprocessedMessage[] {
    const messages = new Map([...this.logs].map(([{ model, id }, message]) => [`${model} ${id}`, message]))
    for (const { model, id, records } of exchanges) {
      const place = placeOf(messages.get(`${model} ${id}`)!)
      for (const record of records) this.#file(model, { ...record, ...place })
    }
    for (const { log, rejection } of refused)
      this.rejected.push({ source: this.#topic.name, model: '', rejection, ...placeOf(this.logs.get(log)!) })
    const done = new Set(
      [...exchanges, ...refused.map(({ log }) => log)].map(({ model, id }) => `${model} ${id}`),
    )
    return [...this.logs]
      .filter(([{ model, id }]) => !done.has(`${model} ${id}`))
      .map(([, message]) =>
        unprocessedAt(message, 'other_half_missing', 'the other half of the exchange is missing'),
      )
  }

  #addRecords(records: readonly MappedRecord[], message: SourceMessage): void {
    const place = placeOf(message)
    for (const { model, event } of records) {
      if (model === undefined) {
        const rejection = reject(
          'no_model',
          'the record names no "model", and its topic is not declared for a single model',
        )
        this.rejected.push({ source: this.#topic.name, model: '', rejection, ...place })
        continue
      }
      // Where a record has no id, its place in the topic is one: the same at each delivery. The time tells the topic from
      // one of the same name that was deleted.
      if (this.#topic.records === 'predictions' && isRecord(event) && event.id === undefined)
        event.id = [this.#topic.name, message.partition, message.offset, message.recordedAt].join('/')
      this.#file(model, { value: event, ...place })
    }
  }

  #file(model: string, record: RawRecord): void {
    const records = this.byModel.get(model)
    if (records === undefined) this.byModel.set(model, [record])
    else records.push(record)
  }
}

/** What a dead letter tells of a message. */
function placeOf(message: SourceMessage): Required<Pick<RawRecord, 'origin'>> & { raw: string | Buffer } {
  return { raw: message.value ?? '', origin: message }
}

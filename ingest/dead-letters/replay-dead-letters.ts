import { deadLetterId } from '../../store/events/dead-letter-id.ts'
import { MAX_PAYLOAD, removeDeadLetters } from '../../store/events/dead-letters.ts'
import type { RecordOrigin } from '../decode/origin.ts'
import type { StoredDeadLetter } from '../../store/events/read-dead-letters.ts'
import { writeDeadLetters } from './write-dead-letters.ts'
import {
  takeMessages,
  type MessageContext,
  type TopicSource,
  type UnprocessedMessage,
} from '../intake/messages.ts'
import { countRecords } from '../intake/metrics.ts'
import { storeLabels, storePredictions, type IntakeResult } from '../intake/pipeline.ts'
import { storeReferenceFeatures } from '../intake/store-reference.ts'
import { parseRecord, type RawRecord } from '../intake/raw-record.ts'
import { unknownModel } from '../intake/unknown-model.ts'

export interface ReplayContext extends MessageContext {
  /** The topics that are consumed now. */
  topics: () => Promise<readonly TopicSource[]>
}

/** What became of a dead letter. Only a replayed one is gone; one that is rejected again is stored with its new reason. */
export type ReplayOutcome =
  | { status: 'replayed' }
  | { status: 'rejected'; reason: UnprocessedMessage['reason']; detail: string }
  /** It was not tried, and stays as it is. */
  | { status: 'impossible'; reason: 'payload_cut' | 'unknown_topic'; detail: string }

/** Dead letters of one source that are replayed together, and how. */
interface Group {
  deadLetters: StoredDeadLetter[]
  take: (deadLetters: readonly StoredDeadLetter[]) => Promise<UnprocessedMessage[]>
}

/** By what stands behind `http:` and `source:`. Rows of batch sources are kept as the events that they make. */
const INTAKES = {
  predictions: { records: 'predictions', store: storePredictions },
  labels: { records: 'labels', store: storeLabels },
  'reference-features': { records: 'reference_features', store: storeReferenceFeatures },
} as const
/** How dead letters of a source that is no topic are taken; undefined for a topic. */
function intakeOf(source: string) {
  const [from, kind = ''] = source.split(':')
  if (!Object.hasOwn(INTAKES, kind)) return undefined
  return { ...INTAKES[kind as keyof typeof INTAKES], from: from as 'http' | 'source' }
}

/**
 * Replays dead letters as their sources handed them on. Resolves with an outcome for each once everything is stored;
 * rejects when ClickHouse fails. Either way it can be done again: what was taken already counts once.
 */
export async function replayDeadLetters(
  context: ReplayContext,
  deadLetters: readonly StoredDeadLetter[],
): Promise<ReplayOutcome[]> {
  const topics = new Map((await context.topics()).map((topic) => [topic.name, topic]))
  const outcomes = new Map<StoredDeadLetter, ReplayOutcome>()
  const groups = new Map<string, Group>()
  for (const deadLetter of deadLetters) {
    const topic = topics.get(deadLetter.source)
    const impossible = whyImpossible(deadLetter, topic)
    if (impossible !== undefined) {
      outcomes.set(deadLetter, impossible)
      continue
    }
    const key = topic === undefined ? `${deadLetter.source} ${deadLetter.model}` : deadLetter.source
    const group = groups.get(key) ?? {
      deadLetters: [],
      take: topic === undefined ? takeEvents(context, deadLetter) : takeTopic(context, topic),
    }
    group.deadLetters.push(deadLetter)
    groups.set(key, group)
  }
  await Promise.all(
    [...groups.values()].map(async ({ deadLetters, take }) => {
      const unprocessed = new Map((await take(deadLetters)).map((one) => [placeIn(one), one]))
      const taken = deadLetters.filter((deadLetter) => !unprocessed.has(placeIn(originOf(deadLetter))))
      await removeDeadLetters(context.store, taken, context.now)
      for (const deadLetter of deadLetters) {
        const { reason, detail } = unprocessed.get(placeIn(originOf(deadLetter))) ?? {}
        outcomes.set(
          deadLetter,
          reason === undefined ? { status: 'replayed' } : { status: 'rejected', reason, detail: detail! },
        )
      }
    }),
  )
  return deadLetters.map((deadLetter) => outcomes.get(deadLetter)!)
}

const placeIn = ({ partition, offset, recordedAt }: Omit<RecordOrigin, 'headers'>) =>
  `${partition} ${offset} ${recordedAt}`
const isNoTopic = (source: string) => intakeOf(source) !== undefined

/**
 * Whether the payload is not all that was sent: of too long a line over HTTP only the beginning was ever kept, and bytes
 * that are not UTF-8 are gone.
 */
export function isCut({ source, reason, payload }: StoredDeadLetter): boolean {
  return (
    payload.length >= MAX_PAYLOAD || (isNoTopic(source) && reason === 'too_large') || reason === 'not_utf8'
  )
}

function whyImpossible(
  deadLetter: StoredDeadLetter,
  topic: TopicSource | undefined,
): ReplayOutcome | undefined {
  if (isCut(deadLetter)) {
    const kept = deadLetter.reason === 'not_utf8' ? 'only what is UTF-8' : 'only the beginning'
    const detail = `${kept} of the payload of ${deadLetterId(deadLetter)} was kept; send the record again from its source`
    return { status: 'impossible', reason: 'payload_cut', detail }
  }
  if (isNoTopic(deadLetter.source) || topic !== undefined) return undefined
  const detail =
    `the topic "${deadLetter.source}" is not being read; declare it, or set it in KAFKA_PREDICTIONS_TOPIC ` +
    'or KAFKA_LABELS_TOPIC, then replay this dead letter'
  return { status: 'impossible', reason: 'unknown_topic', detail }
}

/** Of dead letters from before the time of the record was kept, it is the one when it was rejected. */
const originOf = ({
  partition,
  offset,
  headers,
  recordedAt,
  receivedAt,
}: StoredDeadLetter): RecordOrigin => ({
  partition,
  offset,
  headers,
  recordedAt: recordedAt ?? receivedAt,
})

function takeTopic(context: ReplayContext, topic: TopicSource): Group['take'] {
  return (deadLetters) =>
    takeMessages(
      context,
      topic,
      deadLetters.map((deadLetter) => ({
        value: Buffer.from(deadLetter.payload, 'utf8'),
        ...originOf(deadLetter),
      })),
    )
}

function takeEvents(context: ReplayContext, { source, model: name }: StoredDeadLetter): Group['take'] {
  const { records: kind, store: take, from } = intakeOf(source)!
  return async (deadLetters) => {
    const { store, intake, now } = context
    const origins = deadLetters.map(originOf)
    const records = deadLetters.map(({ payload }, i): RawRecord => ({
      ...parseRecord(payload),
      origin: origins[i],
    }))
    const model = await context.findModel(name)
    if (model === undefined) {
      const rejection = unknownModel(name)
      const rejected = deadLetters.map(({ payload }, i) => ({
        source,
        model: name,
        rejection,
        raw: payload,
        origin: origins[i],
      }))
      await writeDeadLetters(store, rejected, now)
      return origins.map((origin) => ({ ...origin, ...rejection }))
    }
    const classes = await intake.classesOf(model)
    const into = { store, writer: intake.writer, model, classes, source, now }
    const result: IntakeResult = await take(into, records)
    countRecords(intake.metrics, { source: from, records: kind, model: name }, result)
    return result.rejected.map(({ index, reason, detail }) => ({
      ...origins[index],
      reason,
      detail,
    }))
  }
}

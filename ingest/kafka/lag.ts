import type { Admin } from 'kafkajs'
import type { IntakeMetrics } from '../intake/metrics.ts'

/** How far the group is in one topic. */
export interface TopicProgress {
  topic: string
  partitions: number
  /** Records that are not stored yet. */
  lag: number
  /** Of all partitions together: what is stored ends there. */
  position: number
  /** When the position was last seen to move; undefined where it has not moved since this process looks at it. */
  advancedAt: Date | undefined
}

/** Looks how far a group is behind in each partition, and tells it by topic. */
export async function watchLag(
  admin: Admin,
  groupId: string,
  topics: string[],
  gauge: IntakeMetrics['kafkaLag'],
  { before, now }: { before: readonly TopicProgress[]; now: Date },
): Promise<TopicProgress[]> {
  const committed = await admin.fetchOffsets({ groupId, topics })
  const found: { topic: string; partition: number; behind: number }[] = []
  const progress: TopicProgress[] = []
  for (const { topic, partitions } of committed) {
    const ends = new Map((await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, end]))
    const sum = { topic, partitions: ends.size, lag: 0, position: 0 }
    for (const { partition, offset } of partitions) {
      const end = ends.get(partition)
      if (end === undefined) continue
      // Nothing committed is told as -1; then everything that the topic still holds is ahead.
      const position = Math.max(Number(offset), Number(end.low))
      const behind = Math.max(0, Number(end.high) - position)
      found.push({ topic, partition, behind })
      sum.lag += behind
      sum.position += position
    }
    progress.push({ ...sum, advancedAt: advanceOf(sum, before, now) })
  }
  // What a topic had that is gone would else be told for ever.
  gauge.reset()
  for (const { behind, ...labels } of found) gauge.set(labels, behind)
  return progress
}

function advanceOf(
  { topic, position }: Pick<TopicProgress, 'topic' | 'position'>,
  before: readonly TopicProgress[],
  now: Date,
): Date | undefined {
  const last = before.find((one) => one.topic === topic)
  if (last === undefined) return undefined
  return last.position === position ? last.advancedAt : now
}

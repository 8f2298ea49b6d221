import type { Admin } from 'kafkajs'
import type { IntakeMetrics } from '../intake/metrics.ts'

/** Looks how far a group is behind in each partition, and returns the sum. */
export async function watchLag(
  admin: Admin,
  groupId: string,
  topics: string[],
  gauge: IntakeMetrics['kafkaLag'],
): Promise<number> {
  const committed = await admin.fetchOffsets({ groupId, topics })
  const found: { topic: string; partition: number; behind: number }[] = []
  for (const { topic, partitions } of committed) {
    const ends = new Map((await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, end]))
    for (const { partition, offset } of partitions) {
      const end = ends.get(partition)
      if (end === undefined) continue
      // Nothing committed is told as -1; then everything that the topic still holds is ahead.
      const position = Math.max(Number(offset), Number(end.low))
      const behind = Math.max(0, Number(end.high) - position)
      found.push({ topic, partition, behind })
    }
  }
  // What a topic had that is gone would else be told for ever.
  gauge.reset()
  for (const { behind, ...labels } of found) gauge.set(labels, behind)
  return found.reduce((sum, { behind }) => sum + behind, 0)
}

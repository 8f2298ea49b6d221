import { isDeepStrictEqual } from 'node:util'
import { topics, topicSchema, type TopicDeclaration } from '../../store/topic.ts'
import { patched } from '../body.ts'
import type { ApiContext } from '../context.ts'
import type { kafkaTopicRoutes } from '../contract/kafka-topics.ts'
import { checkTopic } from '../declare/check-topic.ts'
import { declaredIn } from '../declare/declared.ts'
import { mergePatch } from '../contract/merge-patch.ts'
import { nameCursor, pageOfAll } from '../paging.ts'
import { notFound } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

/** Kafka topics: what is read, and how its records become predictions and labels. */
export const kafkaTopicHandlers: HandlersOf<typeof kafkaTopicRoutes> = (context) => {
  const { store, clock } = context
  const declare = async (topic: TopicDeclaration, before: TopicDeclaration | undefined) => {
    await checkTopic(topic, before, declaredIn(context))
    if (!isDeepStrictEqual(topic, before)) await topics.put(store.control, topic.name, topic, clock())
    return topic
  }
  return {
    async listTopics({ query }) {
      const all = await topics.list(store.control)
      const { items, next_cursor } = pageOfAll(all, query, nameCursor, ({ name }) => [name])
      return { status: 200, body: { topics: items, next_cursor } }
    },
    async declareTopic({ body }) {
      const before = await topics.find(store.control, body.name)
      return { status: before === undefined ? 201 : 200, body: await declare(body, before) }
    },
    async getTopic({ params }) {
      return { status: 200, body: await topicOr404(context, params.topic) }
    },
    async patchTopic({ params, body }) {
      const before = await topicOr404(context, params.topic)
      const topic = patched(topicSchema, mergePatch(before, body), before.name)
      return { status: 200, body: await declare(topic, before) }
    },
    async deleteTopic({ params }) {
      const { name } = await topicOr404(context, params.topic)
      await topics.remove(store.control, name)
      return { status: 204 }
    },
  }
}

async function topicOr404({ store }: ApiContext, name: string): Promise<TopicDeclaration> {
  const topic = await topics.find(store.control, name)
  if (topic === undefined) throw notFound(`topic "${name}"`)
  return topic
}

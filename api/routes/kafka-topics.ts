import { topics, topicSchema, type TopicDeclaration } from '../../store/topic.ts'
import type { kafkaTopicRoutes } from '../contract/kafka-topics.ts'
import { checkTopic } from '../declare/check-topic.ts'
import {
  declareDocument,
  documentOr404,
  patchDocument,
  removeDocument,
  type DocumentKind,
} from '../declare/declare-document.ts'
import { declaredIn } from '../declare/declared.ts'
import { pageOfDocuments } from '../paging.ts'
import type { HandlersOf } from '../router.ts'

const kind: DocumentKind<TopicDeclaration> = {
  noun: 'topic',
  documents: topics,
  shown: (topic) => topic,
  check: (control, topic, before) => checkTopic(topic, before, declaredIn(control)),
}

/** Kafka topics: what is read, and how its records become predictions and labels. */
export const kafkaTopicHandlers: HandlersOf<typeof kafkaTopicRoutes> = (context) => {
  const { store } = context
  return {
    async listTopics({ query }) {
      const { items, ...page } = pageOfDocuments(await topics.readAll(store.control), query, (topic) => topic)
      return { status: 200, body: { topics: items, ...page } }
    },
    async declareTopic({ body, request, commit }) {
      const asked = { name: body.name, request, commit, next: () => body }
      const { status, document, revision } = await declareDocument(context, kind, asked)
      return { status, body: document, revision }
    },
    async getTopic({ params }) {
      const { document, revision } = await documentOr404(context, kind, params.topic)
      return { status: 200, body: document, revision }
    },
    async patchTopic({ params, body: patch, request, commit }) {
      const asked = { name: params.topic, request, commit, schema: topicSchema, patch }
      const { document, revision } = await patchDocument(context, kind, asked)
      return { status: 200, body: document, revision }
    },
    async deleteTopic({ params, request, commit }) {
      await removeDocument(kind, { name: params.topic, request, commit })
      return { status: 204 }
    },
  }
}

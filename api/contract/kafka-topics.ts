import { z } from 'zod'
import { topicNameSchema } from '../../control/declared/topic-name.ts'
import { topicSchema } from '../../store/topic.ts'
import { mergePatchOf } from './merge-patch.ts'
import { route } from './route.ts'
import { etags, named, nextCursor, pageQuery } from './shared.ts'

/** In answers as in bodies: the declared form. */
const topicDeclaration = named('Topic', topicSchema)

const topicParams = z.strictObject({ topic: topicNameSchema })
const tag = 'Topics'

export const kafkaTopicRoutes = {
  listTopics: route({
    method: 'get',
    path: '/topics',
    tag,
    summary: 'Declared Kafka topics, by name',
    scope: 'read',
    query: z.strictObject(pageQuery({ most: 1000, default: 100 })),
    answers: {
      200: named(
        'TopicPage',
        z.strictObject({ topics: z.array(topicDeclaration), etags, next_cursor: nextCursor }),
      ),
    },
  }),
  declareTopic: route({
    method: 'post',
    path: '/topics',
    tag,
    summary: 'Declare or change a Kafka topic to read',
    description:
      'The body is an entry of `topics` in the YAML file. The models that it names must be declared.',
    scope: 'write',
    audited: 'topic',
    body: topicDeclaration,
    changes: ['topics'],
    etag: true,
    preconditions: ['If-Match', 'If-None-Match'],
    answers: { 201: topicDeclaration, 200: topicDeclaration },
    problems: [409, 422],
  }),
  getTopic: route({
    method: 'get',
    path: '/topics/:topic',
    tag,
    summary: 'The declaration of a topic, with defaults',
    scope: 'read',
    params: topicParams,
    etag: true,
    answers: { 200: topicDeclaration },
  }),
  patchTopic: route({
    method: 'patch',
    path: '/topics/:topic',
    tag,
    summary: 'Change parts of a declaration',
    scope: 'write',
    audited: 'topic',
    params: topicParams,
    body: named('TopicPatch', mergePatchOf(topicSchema)),
    changes: ['topics'],
    etag: true,
    preconditions: ['If-Match'],
    answers: { 200: topicDeclaration },
    problems: [422],
  }),
  deleteTopic: route({
    method: 'delete',
    path: '/topics/:topic',
    tag,
    summary: 'Stop reading a topic; the stored records stay',
    scope: 'write',
    audited: 'topic',
    params: topicParams,
    changes: ['topics'],
    preconditions: ['If-Match'],
    answers: { 204: null },
  }),
}

import { isDeepStrictEqual } from 'node:util'
import { modelsOf, type TopicDeclaration } from '../../store/topic.ts'
import { notDeclared } from '../problem.ts'
import type { Declared } from './declared.ts'

/** Refuses a topic of a model that nobody declared: each of its records would be a dead letter. */
export async function checkTopic(
  topic: TopicDeclaration,
  before: TopicDeclaration | undefined,
  declared: Declared,
): Promise<void> {
  if (isDeepStrictEqual(topic, before)) return
  const errors = []
  for (const { model, path } of modelsOf(topic)) {
    if ((await declared.model(model)) === undefined)
      errors.push({ path: path.join('.'), message: `there is no model "${model}"` })
  }
  notDeclared(errors)
}

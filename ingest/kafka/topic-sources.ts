import type { Store } from '../../store/engine/client.ts'
import { topics, topicSchema, type TopicDeclaration } from '../../store/topic.ts'
import { compileMapping } from '../mapping/compile.ts'
import type { TopicSource } from '../intake/messages.ts'
import type { KafkaSettings } from './settings.ts'

/** Finds the topics that are read now. The same declaration gives the same source, so that a change can be told. */
export type TopicSources = () => Promise<readonly TopicSource[]>

/** The topics of the settings, whose records are in our own shape, and the declared ones, which override them. */
export function openTopicSources(
  settings: Pick<KafkaSettings, 'predictionsTopic' | 'labelsTopic'> | undefined,
  store: Store,
): TopicSources {
  const sources = new Map<string, TopicSource>()
  const toSource = (topic: TopicDeclaration): TopicSource => {
    const key = JSON.stringify(topic)
    const { name, records } = topic
    const source = sources.get(key) ?? { name, records, mapping: compileMapping(topic) }
    sources.set(key, source)
    return source
  }
  const own = [
    { name: settings?.predictionsTopic, records: 'predictions' },
    { name: settings?.labelsTopic, records: 'labels' },
  ].flatMap((topic) => (topic.name === undefined ? [] : [topicSchema.parse(topic)]))
  return async () => {
    const declared = [...own, ...(await topics.list(store.control))]
    return [...new Map(declared.map((topic) => [topic.name, topic])).values()].map(toSource)
  }
}

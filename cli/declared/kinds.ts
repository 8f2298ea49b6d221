import { InvalidArgumentError } from 'commander'
import type { z } from 'zod'
import type { publicChannelSchema } from '../../api/contract/alerting/channels.ts'
import type { sourceState } from '../../api/contract/sources/sources.ts'
import type { AlertRoute } from '../../control/declared/alert-route.ts'
import type { ModelDeclaration } from '../../control/declared/model.ts'
import type { MonitorDeclaration } from '../../control/declared/monitor.ts'
import type { SourceDeclaration } from '../../control/declared/sources/source.ts'
import { topicNameSchema } from '../../control/declared/topic-name.ts'
import type { TopicDeclaration } from '../../store/topic.ts'
import type { TableColumn } from '../compare/table.ts'
import { locationText } from '../../domain/sources/location-text.ts'
import { minuteOf } from '../shared/print.ts'
import { parseName } from '../shared/options.ts'
import { printable, thousands } from '../shared/text.ts'

export type ShownChannel = z.output<typeof publicChannelSchema>
type ShownSource = SourceDeclaration & { state: z.output<typeof sourceState> }

/** What can be declared and has the same verbs. `One` is how the API answers it. */
export interface Kind<One = Record<string, unknown>> {
  noun: string
  /** Where the API has them, and the section of the YAML file. */
  section: 'models' | 'monitors' | 'channels' | 'routes' | 'topics' | 'sources'
  parseName: (text: string) => string
  columns: readonly TableColumn<One>[]
  /** What the list says below one, in a sentence. */
  below?: (one: One) => string | undefined
  /** One as it stands in the YAML file, and what the file would need besides; undefined where the answer is that. */
  declared?: (one: One) => Declared
  /** What removing one means, as it stands after its name. */
  removal: string
}

export interface Declared {
  entry: object
  notes: string[]
}

const left = <One>(title: string, cell: (one: One) => string, fit: Partial<TableColumn<One>> = {}) =>
  ({ title, align: 'left', cell: (one) => printable(cell(one)), ...fit }) satisfies TableColumn<One>
const number = <One>(title: string, count: (one: One) => number) =>
  ({ title, align: 'right', cell: (one) => thousands(count(one)) }) satisfies TableColumn<One>
const list = (names: readonly string[] | undefined, none = '') => names?.join(', ') ?? none

export const MODELS: Kind<ModelDeclaration> = {
  noun: 'model',
  section: 'models',
  parseName,
  columns: [
    left('name', ({ name }) => name, { shrinksTo: 16 }),
    left('task', ({ task }) => task),
    {
      title: 'features',
      align: 'right',
      cell: ({ features }) => String(Object.keys(features).length),
    },
    left('segments', ({ segments }) => list(segments), { shrinksTo: 12, dropped: 1 }),
    left(
      'follows in MLflow',
      ({ mlflow }) => (mlflow === undefined ? '' : `${mlflow.model}@${mlflow.alias ?? 'champion'}`),
      {
        shrinksTo: 18,
        dropped: 2,
      },
    ),
  ],
  removal: ' with its predictions, labels and reference features. Its baselines, results and alerts stay.',
}

export const MONITORS: Kind<MonitorDeclaration> = {
  noun: 'monitor',
  section: 'monitors',
  parseName,
  columns: [
    left('name', ({ name }) => name, { shrinksTo: 16 }),
    left('model', ({ model }) => model, { shrinksTo: 10 }),
    left('window', ({ window }) => String(window)),
    left('every', ({ every }) => String(every)),
    left('checks', ({ checks }) => list(checks), { shrinksTo: 10, dropped: 2 }),
    left('channels', ({ alert }) => list(alert?.channels), { shrinksTo: 10, dropped: 1 }),
  ],
  removal: '. Its alerts leave the list; its results and the history of its alerts stay.',
}

export const CHANNELS: Kind<ShownChannel> = {
  noun: 'channel',
  section: 'channels',
  parseName,
  columns: [
    left('name', ({ name }) => name, { shrinksTo: 16 }),
    left('type', ({ type }) => type),
    left('target', ({ target }) => target, { shrinksTo: 20 }),
  ],
  declared: declaredChannel,
  removal: ' with its secrets, which cannot be shown again.',
}

export const ROUTES: Kind<AlertRoute> = {
  noun: 'route',
  section: 'routes',
  parseName,
  columns: [
    left('name', ({ name }) => name, { shrinksTo: 16 }),
    left('models', ({ match }) => list(match.models, 'any'), { shrinksTo: 8 }),
    left('kinds', ({ match }) => list(match.kinds, 'any'), { shrinksTo: 8, dropped: 2 }),
    left('owners', ({ match }) => list(match.owners, 'any'), { shrinksTo: 8, dropped: 1 }),
    left('from', ({ match }) => match.severity),
    left('channels', ({ channels }) => list(channels), { shrinksTo: 10 }),
  ],
  removal: '. Alerts that match it are no longer sent to its channels.',
}

export const TOPICS: Kind<TopicDeclaration> = {
  noun: 'topic',
  section: 'topics',
  parseName: parseTopicName,
  columns: [
    left('name', ({ name }) => name, { shrinksTo: 16 }),
    left('records', ({ records, shadow }) => (shadow ? `shadow ${records}` : records)),
    left('models', modelsOfTopic, { shrinksTo: 12 }),
    left('payload', payloadOf, { dropped: 1 }),
  ],
  removal: '. It is no longer read; what was read from it stays.',
}

export const SOURCES: Kind<ShownSource> = {
  noun: 'source',
  section: 'sources',
  parseName,
  columns: [
    left('name', ({ name }) => name, { shrinksTo: 16 }),
    left('model', ({ model }) => model, { shrinksTo: 10 }),
    left('location', locationText, { shrinksTo: 20 }),
    left('every', ({ every }) => String(every), { dropped: 1 }),
    number('taken', ({ state }) => state.files.taken),
    number('failed', ({ state }) => state.files.failed),
    left('last look (UTC)', ({ state }) => (state.looked_at === null ? 'never' : minuteOf(state.looked_at))),
  ],
  below: ({ state }) => state.problem ?? undefined,
  declared: ({ state: _, ...entry }) => ({ entry, notes: [] }),
  removal: ', with the record of which files were taken. The rows that were taken stay.',
}

/** Its settings but the secrets; to a key that may not change it, the service shows only where messages go. */
function declaredChannel({ name, type, target, settings, secrets }: ShownChannel): Declared {
  const notes =
    settings === undefined
      ? [`It sends to ${target}. Only a key with the scope write is shown its settings.`]
      : secrets === 0
        ? []
        : [
            `It sends to ${target}. ${secrets === 1 ? 'Its secret is' : `Its ${secrets} secrets are`} not shown: add ${secrets === 1 ? 'it' : 'them'} before you apply this.`,
          ]
  return { entry: { name, [type]: settings ?? {} }, notes }
}

function modelsOfTopic({ model, kserve }: TopicDeclaration): string {
  const models = Object.values(kserve ?? {}).map((service) => service.model)
  return model ?? (models.length > 0 ? list([...new Set(models)]) : 'named in the records')
}

function payloadOf({ fields, kserve }: TopicDeclaration): string {
  if (kserve !== undefined) return 'inference logs of KServe'
  return fields === undefined ? 'events' : 'fields of its own'
}

function parseTopicName(text: string): string {
  const outcome = topicNameSchema.safeParse(text)
  if (!outcome.success) throw new InvalidArgumentError(outcome.error.issues[0].message)
  return outcome.data
}

import { NOT_FOR_RETRAINING, RETRAIN_TARGET_KINDS } from '../alerts/retraining/call.ts'
import { NOT_FOR_ALERTS, RETRAINING_ONLY_KINDS, type ChannelKind } from '../control/declared/channel.ts'
import { wrongExperimentMetric } from '../control/declared/experiment.ts'
import { taskSchema } from '../control/declared/model.ts'
import { DECIDING_METRICS, wrongMetric } from '../control/declared/performance-metric.ts'
import { at, type Finding, type Path } from '../control/describe/describe-issue.ts'
import { EXPERIMENT_METRICS } from '../domain/experiment.ts'
import { didYouMean } from '../domain/suggest.ts'

/** What a file can declare, in the order in which it is done: what is referred to comes first. */
export const SECTIONS = [
  'models',
  'channels',
  'monitors',
  'topics',
  'routes',
  'experiments',
  'sources',
] as const
export type Section = (typeof SECTIONS)[number]

export const SINGULAR = {
  models: 'model',
  channels: 'channel',
  monitors: 'monitor',
  topics: 'topic',
  routes: 'route',
  experiments: 'experiment',
  sources: 'source',
} as const satisfies Record<Section, string>

/** Something for each section. */
export function bySection<T>(of: (section: Section) => T): Record<Section, T> {
  return Object.fromEntries(SECTIONS.map((section) => [section, of(section)])) as Record<Section, T>
}

/** A name that stands for something that the file itself does not declare. */
export interface Reference {
  to: 'models' | 'channels'
  name: string
  path: Path
}

/** Names by section, as far as they can be read. */
export type Names = Record<Section, ReadonlySet<string>>

export function declaredNames(value: unknown): Names {
  return bySection(
    (section) => new Set(entries(value, section).flatMap(({ entry }) => texts([at(entry, ['name'])]))),
  )
}

/** References from monitors, routes, topics, experiments and sources to models and channels that the file does not declare. */
export function outwardReferences(value: unknown, names: Names): Reference[] {
  const places = [
    ...entries(value, 'monitors').flatMap(({ entry, path }) => [
      { to: 'models' as const, path: [...path, 'model'] },
      ...list(at(entry, ['alert', 'channels'])).map((_, i) => ({
        to: 'channels' as const,
        path: [...path, 'alert', 'channels', i],
      })),
      { to: 'channels' as const, path: [...path, 'retrain', 'target'] },
    ]),
    ...entries(value, 'routes').flatMap(({ entry, path }) =>
      list(at(entry, ['channels'])).map((_, i) => ({
        to: 'channels' as const,
        path: [...path, 'channels', i],
      })),
    ),
    ...entries(value, 'experiments').flatMap(({ entry, path }) => [
      { to: 'models' as const, path: [...path, 'model'] },
      ...list(at(entry, ['channels'])).map((_, i) => ({
        to: 'channels' as const,
        path: [...path, 'channels', i],
      })),
    ]),
    ...entries(value, 'sources').map(({ path }) => ({ to: 'models' as const, path: [...path, 'model'] })),
    ...entries(value, 'topics').flatMap(({ entry, path }) => [
      { to: 'models' as const, path: [...path, 'model'] },
      ...Object.keys(at(entry, ['kserve']) ?? {}).map((service) => ({
        to: 'models' as const,
        path: [...path, 'kserve', service, 'model'],
      })),
    ]),
  ]
  return places.flatMap(({ to, path }) => {
    const name = at(value, path)
    return typeof name === 'string' && name !== '' && !names[to].has(name) ? [{ to, name, path }] : []
  })
}

/** Two entries of one name, values listed twice, and segments that their model does not have. */
export function inwardFaults(value: unknown, show: (path: Path) => string | undefined): Finding[] {
  return [
    ...SECTIONS.flatMap((section) => namedTwice(value, section, show)),
    ...entries(value, 'models').flatMap(({ entry, path }) => segmentFaults(entry, path, show)),
    ...entries(value, 'models').flatMap(({ entry, path }) => listedTwice(entry, path, ['segments'])),
    ...entries(value, 'monitors').flatMap(({ entry, path }) => [
      ...listedTwice(entry, path, ['checks']),
      ...listedTwice(entry, path, ['segments']),
      ...monitorSegmentFaults(value, entry, path, show),
      ...metricFaults(value, entry, path),
      ...listedTwice(entry, path, ['alert', 'channels']),
      ...notForAlerts(value, entry, path, ['alert', 'channels']),
      ...notForRetraining(value, entry, [...path, 'retrain', 'target']),
    ]),
    ...entries(value, 'experiments').flatMap(({ entry, path }) => [
      ...experimentMetricFaults(value, entry, path),
      ...listedTwice(entry, path, ['channels']),
      ...notForAlerts(value, entry, path, ['channels']),
    ]),
    ...entries(value, 'routes').flatMap(({ entry, path }) => [
      ...listedTwice(entry, path, ['channels']),
      ...notForAlerts(value, entry, path, ['channels']),
    ]),
  ]
}

/** What to say of a reference when `known` is all there is. */
export function unknownName({ to, name }: Reference, known: Iterable<string>, shown = name): string {
  return `there is no ${SINGULAR[to]} "${shown}"${shown === name ? didYouMean(name, known) : ''}`
}

function namedTwice(value: unknown, section: Section, show: (path: Path) => string | undefined): Finding[] {
  const seen = new Set<string>()
  return entries(value, section).flatMap(({ entry, path }) => {
    const name = at(entry, ['name'])
    if (typeof name !== 'string' || !seen.has(name)) {
      if (typeof name === 'string') seen.add(name)
      return []
    }
    const place = [...path, 'name']
    return [
      { path: place, message: `another ${SINGULAR[section]} is already called "${show(place) ?? '…'}"` },
    ]
  })
}

function segmentFaults(entry: unknown, path: Path, show: (path: Path) => string | undefined): Finding[] {
  const features = at(entry, ['features'])
  if (!isMapping(features)) return []
  return unknownSegments(entry, path, Object.keys(features), 'features', show)
}

/** Segments of a monitor that its model, where the file declares it, is not split by. */
function monitorSegmentFaults(
  value: unknown,
  entry: unknown,
  path: Path,
  show: (path: Path) => string | undefined,
): Finding[] {
  const model = modelOf(value, entry)
  if (model === undefined) return []
  const known = texts(list(at(model, ['segments'])))
  return unknownSegments(entry, path, known, "model's segments", show)
}

/** A metric that the task of the monitor's model, where the file declares it, does not have. */
function metricFaults(value: unknown, entry: unknown, path: Path): Finding[] {
  const place = ['performance', 'metric']
  const metric = DECIDING_METRICS.find((one) => one === at(entry, place))
  const task = taskSchema.safeParse(at(modelOf(value, entry), ['task']))
  const message = metric && task.success ? wrongMetric(task.data, metric) : undefined
  return message === undefined ? [] : [{ path: [...path, ...place], message }]
}

/** The same of an experiment. */
function experimentMetricFaults(value: unknown, entry: unknown, path: Path): Finding[] {
  const metric = EXPERIMENT_METRICS.find((one) => one === at(entry, ['metric']))
  const task = taskSchema.safeParse(at(modelOf(value, entry), ['task']))
  const message = metric && task.success ? wrongExperimentMetric(task.data, metric) : undefined
  return message === undefined ? [] : [{ path: [...path, 'metric'], message }]
}

/** The entry of a monitor's or experiment's model, where the file declares it. */
function modelOf(value: unknown, monitor: unknown): unknown {
  return entries(value, 'models').find((one) => at(one.entry, ['name']) === at(monitor, ['model']))?.entry
}

function unknownSegments(
  entry: unknown,
  path: Path,
  known: readonly string[],
  what: string,
  show: (path: Path) => string | undefined,
): Finding[] {
  return list(at(entry, ['segments'])).flatMap((segment, i) => {
    if (typeof segment !== 'string' || known.includes(segment)) return []
    const place = [...path, 'segments', i]
    const shown = show(place) ?? '…'
    const hint = shown === segment ? didYouMean(segment, known) : ''
    return [{ path: place, message: `"${shown}" is not one of the ${what}${hint}` }]
  })
}

function listedTwice(entry: unknown, path: Path, within: Path): Finding[] {
  const values = list(at(entry, within))
  return values.flatMap((value, i) =>
    typeof value === 'string' && values.indexOf(value) < i
      ? [{ path: [...path, ...within, i], message: 'is listed twice' }]
      : [],
  )
}

/** Alerts cannot be sent to every channel that the file declares. */
function notForAlerts(value: unknown, entry: unknown, path: Path, within: Path): Finding[] {
  const targets = entries(value, 'channels').flatMap(({ entry: channel }) =>
    isOf(RETRAINING_ONLY_KINDS, channel) ? texts([at(channel, ['name'])]) : [],
  )
  return list(at(entry, within)).flatMap((name, i) =>
    targets.some((target) => target === name)
      ? [{ path: [...path, ...within, i], message: `this channel ${NOT_FOR_ALERTS}` }]
      : [],
  )
}

/** Only some channels that the file declares can be asked for retraining. */
function notForRetraining(value: unknown, entry: unknown, path: Path): Finding[] {
  const target = at(entry, ['retrain', 'target'])
  const declared = entries(value, 'channels').find(({ entry: channel }) => at(channel, ['name']) === target)
  if (typeof target !== 'string' || declared === undefined) return []
  return isOf(RETRAIN_TARGET_KINDS, declared.entry)
    ? []
    : [{ path, message: `this channel ${NOT_FOR_RETRAINING}` }]
}

/** Whether the entry of a channel has the settings of one of the kinds. */
function isOf(kinds: readonly ChannelKind[], channel: unknown): boolean {
  return kinds.some((kind) => at(channel, [kind]) !== undefined)
}

function entries(value: unknown, section: Section): { entry: unknown; path: Path }[] {
  return list(at(value, [section])).map((entry, i) => ({ entry, path: [section, i] }))
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
const texts = (values: unknown[]) => values.filter((value) => typeof value === 'string')
const isMapping = (value: unknown): value is Record<string, unknown> =>
  value instanceof Object && !Array.isArray(value)

import type { Path } from './document.ts'
import { at, type Finding } from './describe-issue.ts'
import { didYouMean } from './suggest.ts'

export type Section = 'models' | 'monitors' | 'channels'

export const SINGULAR = {
  models: 'model',
  monitors: 'monitor',
  channels: 'channel',
} as const satisfies Record<Section, string>

/** A name that stands for something that the file itself does not declare. */
export interface Reference {
  to: 'models' | 'channels'
  name: string
  path: Path
}

/** Names by section, as far as they can be read. */
export type Names = Record<Section, ReadonlySet<string>>

export function declaredNames(value: unknown): Names {
  const names = (section: Section) =>
    new Set(entries(value, section).flatMap(({ entry }) => texts([at(entry, ['name'])])))
  return { models: names('models'), monitors: names('monitors'), channels: names('channels') }
}

/** References from monitors to models and channels that the file does not declare. */
export function outwardReferences(value: unknown, names: Names): Reference[] {
  return entries(value, 'monitors').flatMap(({ entry, path }) => {
    const found: Reference[] = []
    const model = at(entry, ['model'])
    if (typeof model === 'string') found.push({ to: 'models', name: model, path: [...path, 'model'] })
    for (const [i, channel] of list(at(entry, ['alert', 'channels'])).entries()) {
      if (typeof channel === 'string')
        found.push({ to: 'channels', name: channel, path: [...path, 'alert', 'channels', i] })
    }
    return found.filter(({ to, name }) => name !== '' && !names[to].has(name))
  })
}

/** Two entries of one name, values listed twice, and segments that are no feature of their model. */
export function inwardFaults(value: unknown, show: (path: Path) => string | undefined): Finding[] {
  return [
    ...(['models', 'monitors', 'channels'] as const).flatMap((section) => namedTwice(value, section, show)),
    ...entries(value, 'models').flatMap(({ entry, path }) => segmentFaults(entry, path, show)),
    ...entries(value, 'models').flatMap(({ entry, path }) => listedTwice(entry, path, ['segments'])),
    ...entries(value, 'monitors').flatMap(({ entry, path }) => [
      ...listedTwice(entry, path, ['checks']),
      ...listedTwice(entry, path, ['alert', 'channels']),
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
      { path: place, message: `another ${SINGULAR[section]} is called "${show(place) ?? '…'}" already` },
    ]
  })
}

function segmentFaults(entry: unknown, path: Path, show: (path: Path) => string | undefined): Finding[] {
  const features = at(entry, ['features'])
  if (!isMapping(features)) return []
  return list(at(entry, ['segments'])).flatMap((segment, i) => {
    if (typeof segment !== 'string' || Object.hasOwn(features, segment)) return []
    const place = [...path, 'segments', i]
    const shown = show(place) ?? '…'
    const hint = shown === segment ? didYouMean(segment, Object.keys(features)) : ''
    return [{ path: place, message: `"${shown}" is not one of the features${hint}` }]
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

function entries(value: unknown, section: Section): { entry: unknown; path: Path }[] {
  return list(at(value, [section])).map((entry, i) => ({ entry, path: [section, i] }))
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
const texts = (values: unknown[]) => values.filter((value) => typeof value === 'string')
const isMapping = (value: unknown): value is Record<string, unknown> =>
  value instanceof Object && !Array.isArray(value)

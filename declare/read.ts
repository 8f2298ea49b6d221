import { z } from 'zod'
import type { Environment } from '../config.ts'
import { alertRouteSchema } from '../control/declared/alert-route.ts'
import { channelSchema } from '../control/declared/channel.ts'
import { experimentSchema } from '../control/declared/experiment.ts'
import { modelSchema } from '../control/declared/model.ts'
import { monitorSchema } from '../control/declared/monitor.ts'
import { sourceSchema } from '../control/declared/sources/source.ts'
import { topicSchema } from '../store/topic.ts'
import { at, describeIssue, type Finding, type Path } from '../control/describe/describe-issue.ts'
import { readDocument, type ReadDocument } from './document.ts'
import type { Fault } from './faults.ts'
import {
  bySection,
  declaredNames,
  inwardFaults,
  outwardReferences,
  SINGULAR,
  unknownName,
  type Names,
  type Reference,
} from './references.ts'

/** A section without entries, as when all of them are commented out, is an empty one. */
const section = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? [], z.array(schema))

/** What a file may declare. */
export const declarationsSchema = z.strictObject({
  models: section(modelSchema),
  monitors: section(monitorSchema),
  channels: section(channelSchema),
  topics: section(topicSchema),
  routes: section(alertRouteSchema),
  experiments: section(experimentSchema),
  sources: section(sourceSchema),
})

export type Declared = z.output<typeof declarationsSchema>

export interface ReadDeclarations {
  /** Present when nothing is wrong. */
  declarations?: Declared
  /** The entries as the API takes them: as they stand in the file, variables filled in. */
  bodies: { [Section in keyof Declared]: unknown[] }
  faults: Fault[]
  /** Names of models and channels that must exist already, since the file does not declare them. */
  references: Reference[]
  /** The fault that a reference is when `known` are all the names there are. */
  referenceFault: (reference: Reference, known: Iterable<string>) => Fault
}

/** Reads what a YAML text declares, and finds everything that is wrong with it at once. */
export function readText(text: string, environment: Environment): ReadDeclarations {
  const document = readDocument(text, environment)
  const value = document.value ?? {}
  const show = shower(document, value)
  const outcome = document.unreadable ? undefined : declarationsSchema.safeParse(withSections(value))
  const names = declaredNames(value)
  const findings = outcome === undefined ? [] : findingsIn(value, outcome.error?.issues ?? [], show)
  const faults = [
    ...document.faults,
    ...findings
      .filter(({ path, key }) => key === true || !document.isFaulty(path))
      .map((finding) => toFault(document, value, finding)),
  ]
  return {
    ...(outcome?.success === true && faults.length === 0 ? { declarations: outcome.data } : {}),
    bodies: bySection((of) => (at(value, [of]) ?? []) as unknown[]),
    faults,
    references: outwardReferences(value, names).filter(({ path }) => !document.isFaulty(path)),
    referenceFault(reference, known) {
      const message = unknownName(reference, known, show(reference.path) ?? '…')
      return toFault(document, value, { path: reference.path, message })
    },
  }
}

/**
 * The faults to report where nothing but the file is known: a file that declares models is taken to declare all
 * that its monitors and topics name, and so with channels. Other references have to hold by the time it is used.
 */
export function faultsByItself(
  { faults, references, referenceFault }: ReadDeclarations,
  names: Names,
): Fault[] {
  const broken = references.filter(({ to }) => names[to].size > 0)
  return [...faults, ...broken.map((reference) => referenceFault(reference, names[reference.to]))]
}

/** Names that the bodies declare, whether or not they are right in all else. */
export const namesIn = ({ bodies }: ReadDeclarations): Names => declaredNames(bodies)

function withSections(value: unknown): unknown {
  const isMapping = value instanceof Object && !Array.isArray(value)
  return isMapping ? { ...bySection(() => []), ...value } : value
}

function findingsIn(
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
  show: (path: Path) => string | undefined,
): Finding[] {
  const context = { schema: declarationsSchema, value, show }
  const own = inwardFaults(value, show)
  const isOwn = ({ path }: { path: Path }) => own.some((one) => one.path.join('\0') === path.join('\0'))
  return [...issues.flatMap((issue) => describeIssue(issue, context)).filter((one) => !isOwn(one)), ...own]
}

/**
 * Names values as the file writes them: one that came from the environment by its reference alone, and of a
 * channel nothing but its name, as the rest may be secret.
 */
function shower(document: ReadDocument, value: unknown): (path: Path) => string | undefined {
  return (path) => {
    if (path[0] === 'channels' && path.at(-1) !== 'name') return undefined
    const found = at(value, path)
    if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return undefined
    return document.reference(path) ?? String(found)
  }
}

function toFault(document: ReadDocument, value: unknown, { path, key, message }: Finding): Fault {
  const text = `${placeName(document, value, key === true ? path.slice(0, -1) : path)}${message}`
  return key === true ? document.faultAtKey(path, text) : document.faultAt(path, text)
}

/** `monitor "daily", alert.fire: `, as it would be said. */
function placeName(document: ReadDocument, value: unknown, path: Path): string {
  const [of, index, ...rest] = path
  if (of === undefined) return ''
  if (index === undefined) return `${String(of)}: `
  const singular = SINGULAR[of as keyof typeof SINGULAR] ?? String(of)
  const name = at(value, [of, index, 'name'])
  const shown = document.reference([of, index, 'name']) ?? name
  const entry = typeof shown === 'string' ? `${singular} "${shown}"` : `${singular} ${Number(index) + 1}`
  const keys = rest.filter((step) => typeof step !== 'number')
  return keys.length === 0 ? `${entry}: ` : `${entry}, ${keys.map(String).join('.')}: `
}

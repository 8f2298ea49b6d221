import { Document, isCollection, isMap } from 'yaml'
import { CONSTRAINTS, type Constraint, type Feature } from './feature-form.ts'

export type Value = NonNullable<Feature[Constraint]>

/** One constraint before and after a change; undefined where none is declared. */
export interface ConstraintChange {
  field: Constraint
  before: Value | undefined
  after: Value | undefined
}

export function changesBetween(before: Feature, after: Feature): ConstraintChange[] {
  return CONSTRAINTS.map((field) => ({ field, before: before[field], after: after[field] })).filter(
    (change) => !isSame(change.before, change.after),
  )
}

/** In which order values are allowed makes no difference, and a feature that is not required need not say so. */
export function isSame(one: Value | undefined, other: Value | undefined): boolean {
  const comparable = (value: Value | undefined) =>
    JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value || (value === 0 ? 0 : null))
  return comparable(one) === comparable(other)
}

/** A suggested constraint that is taken over. */
export interface Taken {
  feature: string
  field: Constraint
  value: Value
}

/** The features that become others by what is taken over. */
export function withTaken(
  features: ReadonlyMap<string, Feature>,
  taken: readonly Taken[],
): [string, Feature][] {
  const changed = new Map<string, Feature>()
  for (const { feature: name, field, value } of taken) {
    const before = changed.get(name) ?? features.get(name)
    if (before !== undefined) changed.set(name, { ...before, [field]: value })
  }
  return [...changed]
}

/** The merge patch of a model that turns each feature into what it is to be. */
export function patchOf(changed: readonly { name: string; before: Feature; after: Feature }[]): {
  features: Record<string, object>
} {
  const features = changed.map(({ name, before, after }) => {
    const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
    return [name, { ...Object.fromEntries(removed.map((key) => [key, null])), ...after }] as const
  })
  return { features: Object.fromEntries(features) }
}

/** Features as they stand in the YAML file. */
export function featuresYaml(features: readonly (readonly [string, Feature])[]): string {
  const plain = features.map(([name, feature]) => [
    name,
    Object.keys(feature).length === 1 ? feature.kind : feature,
  ])
  const document = new Document({ features: Object.fromEntries(plain) as Record<string, unknown> })
  const all = document.get('features')
  for (const { value: feature } of isMap(all) ? all.items : [])
    for (const { value } of isMap(feature) ? feature.items : []) if (isCollection(value)) value.flow = true
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** How many allowed values a cell names. */
const NAMED = 4

/** Whether a constraint says anything. */
export const isDeclared = (value: Value | undefined) => value !== undefined && value !== false

/** A constraint in few words. */
export function valueText(value: Value | undefined): string {
  if (value === undefined || value === false) return '–'
  if (!Array.isArray(value)) return String(value)
  const named = value.slice(0, NAMED).map((one) => (one === '' ? '""' : String(one)))
  return value.length > NAMED ? `${named.join(', ')} and ${value.length - NAMED} more` : named.join(', ')
}

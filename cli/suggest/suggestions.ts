import type { ModelDeclaration } from '../../control/declared/model.ts'

type Value = number | boolean | string | (string | number)[]

/** As the API answers. */
export interface Suggestions {
  model: string
  baseline: { version: number; name: string; rows: number }
  rows_needed: number
  features: {
    feature: string
    kind: string
    constraints: { field: string; value: Value; reason: string; declared?: Value; differs: boolean }[]
    withheld: { field: string; reason: string }[]
  }[]
  not_in_baseline: string[]
}

/** A feature with suggestions that are not declared, as all of it would be declared with them. */
export interface ChangedFeature {
  feature: string
  keys: { key: string; value: Value; comment: string }[]
}

const ORDER = ['kind', 'importance', 'required', 'min', 'max', 'allowed', 'pattern', 'tolerance']

/** The features to declare anew. What they declare besides stays, so that nothing is lost where one is replaced. */
export function changedFeatures(
  { features }: Pick<Suggestions, 'features'>,
  declared: Pick<ModelDeclaration, 'features'>,
): ChangedFeature[] {
  return features.flatMap(({ feature, kind, constraints }) => {
    const suggested = constraints.filter(({ differs }) => differs)
    if (suggested.length === 0) return []
    const own = declared.features[feature]
    const entries: Record<string, Value> = typeof own === 'object' ? (own as Record<string, Value>) : { kind }
    const merged = new Map<string, ChangedFeature['keys'][number]>()
    for (const [key, value] of Object.entries(entries))
      merged.set(key, { key, value, comment: key === 'kind' ? '' : 'as declared' })
    for (const { field, value, reason, declared: former } of suggested) {
      const instead = former === undefined ? '' : `declared: ${JSON.stringify(former)}; `
      merged.set(field, { key: field, value, comment: `${instead}${reason}` })
    }
    return [{ feature, keys: [...merged.values()].sort((a, b) => ORDER.indexOf(a.key) - ORDER.indexOf(b.key)) }] // prettier-ignore
  })
}

import { Document, isCollection, isScalar, Pair, Scalar, YAMLMap } from 'yaml'
import { quoted } from '../../domain/printable.ts'
import { plural, printable, thousands } from '../shared/text.ts'
import type { ChangedFeature, Suggestions } from './suggestions.ts'

/** YAML for the declaration of the model; of comments alone where nothing is suggested. */
export function suggestionYaml(found: Suggestions, changed: readonly ChangedFeature[]): string {
  const { model, baseline } = found
  if (changed.length === 0) return comments([nothingToSuggest(found), ...withheldLines(found)])
  const source = `baseline ${baseline.version} (${quoted(baseline.name)}, ${thousands(baseline.rows)} rows)`
  const isDeclared = found.features.some(({ constraints }) =>
    constraints.some(({ declared }) => declared !== undefined),
  )
  const header = [
    `Constraints suggested for the model ${quoted(model)} from its ${source}.`,
    'They hold on the baseline. Check whether they are right before you declare them.',
    ...(isDeclared ? ['Features that already declare what is suggested are left out.'] : []),
  ]
  const features = new YAMLMap<Scalar, YAMLMap>()
  for (const one of changed) features.items.push(new Pair(new Scalar(one.feature), featureNode(one)))
  const document = new Document({ features })
  const yaml = document.toString({ lineWidth: 0, flowCollectionPadding: false })
  const notes = withheldLines(found)
  return `${comments(header)}${yaml}${notes.length === 0 ? '' : comments(notes)}`
}

/** Why nothing is, in a sentence. */
export function nothingToSuggest({ model, baseline, rows_needed, features }: Suggestions): string {
  if (baseline.rows < rows_needed)
    return `Nothing to suggest: baseline ${baseline.version} of ${quoted(model)} has ${plural(baseline.rows, 'row')}, and at least ${thousands(rows_needed)} are needed. Create a baseline with more rows.`
  return features.some(({ constraints }) => constraints.length > 0)
    ? `Nothing to suggest: the model ${quoted(model)} already declares all that follows from baseline ${baseline.version}.`
    : `Nothing to suggest: baseline ${baseline.version} of ${quoted(model)} gives no ground for constraints.`
}

function withheldLines({ features, not_in_baseline: absent }: Suggestions): string[] {
  const withheld = features.flatMap(({ feature, withheld }) =>
    withheld.map(({ field, reason }) => `  ${quoted(feature)}, ${field}: ${reason}.`),
  )
  return [
    ...(withheld.length === 0 ? [] : ['Not suggested:', ...withheld]),
    ...(absent.length === 0 ? [] : [`Not in the baseline: ${absent.map(quoted).join(', ')}.`]),
  ]
}

const comments = (lines: readonly string[]) => lines.map((line) => `# ${printable(line)}\n`).join('')

function featureNode({ keys }: ChangedFeature): YAMLMap {
  const document = new Document()
  const node = new YAMLMap()
  for (const { key, value, comment } of keys) {
    const own = document.createNode(value)
    if (isCollection(own)) own.flow = true
    if (comment !== '' && (isCollection(own) || isScalar(own))) own.comment = ` ${printable(comment)}`
    node.items.push(new Pair(new Scalar(key), own))
  }
  return node
}

import { Document, isCollection, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Declaration } from './declaration.ts'

/** A declaration as it stands in the YAML file, under its section. */
export function declarationYaml(section: string, declaration: Declaration): string {
  const { name, model, ...rest } = declaration
  const ordered = { name, ...(model !== undefined && { model }), ...rest }
  const document = new Document({ [section]: [ordered] })
  const all = document.get(section)
  for (const one of isSeq(all) ? all.items : [])
    for (const { value } of isMap(one) ? one.items : []) inOneLine(value as Node)
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** A mapping of more parts takes a line for each. */
const MAX_INLINE = 4

/** Lists and short innermost mappings take one line each. */
function inOneLine(node: Node | null): void {
  if (!isCollection(node)) return
  const parts = node.items.map((item) => (isMap(node) ? (item as { value: Node }).value : (item as Node)))
  if (isSeq(node) || (parts.length <= MAX_INLINE && parts.every((part) => isScalar(part)))) node.flow = true
  else parts.forEach(inOneLine)
}

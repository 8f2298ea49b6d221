import { Document, isNode, isScalar, visit } from 'yaml'
import { printable } from './text.ts'

/** What is said of a value, at the end of its line; nothing if the text is empty. */
interface Remark {
  path: readonly (string | number)[]
  text: string
}

/** A value as YAML that every reader reads back as the same value and that no terminal obeys, below comments. */
export function yamlText(
  value: unknown,
  comments: readonly string[] = [],
  remarks: readonly Remark[] = [],
): string {
  const document = new Document(value, { compat: 'yaml-1.1' })
  visit(document, {
    Scalar(_, node) {
      const { value: text } = node
      if (typeof text === 'string' && printable(text) !== text) node.type = 'QUOTE_DOUBLE'
    },
    Seq(_, node) {
      if (node.items.every(isScalar)) node.flow = true
    },
  })
  for (const { path, text } of remarks) {
    const node = document.getIn(path, true)
    if (isNode(node) && text !== '') node.comment = ` ${printable(text)}`
  }
  const yaml = document.toString({ lineWidth: 0, flowCollectionPadding: false })
  return [...comments.map((line) => `# ${printable(line)}\n`), escaped(yaml)].join('')
}

/** What is not plainly visible stands within double quotes, where YAML knows these escapes. */
function escaped(yaml: string): string {
  return Array.from(yaml, (character) =>
    character === '\n' || printable(character) === character ? character : escapeOf(character),
  ).join('')
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

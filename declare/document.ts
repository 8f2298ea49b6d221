import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml'
import type { Environment } from '../config.ts'
import type { Path } from '../control/describe/describe-issue.ts'
import type { Fault } from './faults.ts'
import { substitute } from './substitute.ts'

/** A YAML file as plain values, with the places they stand at. */
export interface ReadDocument {
  value: unknown
  faults: Fault[]
  /** The YAML itself cannot be read, so that `value` is not worth checking. */
  unreadable: boolean
  /** The value at the path, or one that holds it, has a fault already, so that no other is worth naming. */
  isFaulty(path: Path): boolean
  /** The fault with the place of the value at `path`, or where there is none of what holds it. */
  faultAt(path: Path, message: string): Fault
  /** The same at the key that the path ends with. */
  faultAtKey(path: Path, message: string): Fault
  /** The text of the file for a value that came from the environment; undefined for what stands in the file. */
  reference(path: Path): string | undefined
}

/** Reads YAML and puts the environment's values into its texts, after parsing, so that no value can add structure. */
export function readDocument(text: string, environment: Environment): ReadDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  })
  const faultFrom = (offset: number, message: string): Fault => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col, message }
  }
  // One slip in the syntax makes many more of what follows it, so only the first is told.
  const syntax = [...document.errors, ...document.warnings].slice(0, 1).map(({ code, pos, message }) => {
    const fault = faultFrom(pos[0], REWORDED[code] ?? message)
    const line = text.split('\n')[fault.line - 1] ?? ''
    return UNQUOTED.test(line) ? { ...fault, message: QUOTE } : fault
  })
  const notes: Notes = { written: new Map(), faulty: new Set() }
  const found = syntax.length > 0 ? syntax : inspect(document, text, environment, notes, faultFrom)
  const value = syntax.length > 0 ? undefined : plainValue(document)
  if (value === undefined && found.length === 0) found.push(faultFrom(0, TOO_MUCH))
  const start = (node: Node | undefined) => node?.range?.[0] ?? 0
  return {
    value,
    faults: found,
    unreadable: value === undefined,
    isFaulty: (path) => notes.faulty.has(nodeAt(document, path).node!),
    faultAt: (path, message) => faultFrom(start(nodeAt(document, path).node), message),
    faultAtKey: (path, message) => faultFrom(start(keyAt(document, path)), message),
    reference(path) {
      const { node, exact } = nodeAt(document, path)
      return exact ? notes.written.get(node!) : undefined
    },
  }
}

/** A variable inside brackets or braces, where its own brace has a meaning. */
const UNQUOTED = /[[{].*[[{,:]\s*\$\{/
const QUOTE = 'inside [ ] and { } a variable needs quotes: "${NAME}"'

const REWORDED: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document starts here; put everything into one document, without "---"',
  TAB_AS_INDENT: 'YAML requires spaces here instead of a tab',
  BAD_ALIAS: 'put a text that starts with "*" in quotes, because "*" refers to an anchor marked with "&"',
  NON_STRING_KEY: 'a key must be plain text',
}

const TOO_MUCH =
  'its aliases expand to more than a declaration file can contain; write out what they stand for'

interface Notes {
  /** Texts that variables were put into, as they were before. */
  written: Map<Node, string>
  faulty: Set<Node>
}

type FaultFrom = (offset: number, message: string) => Fault

/** Finds keys given twice, references that lead nowhere and variables that are not set, and fills in those that are. */
function inspect(
  document: Document,
  text: string,
  environment: Environment,
  { written, faulty }: Notes,
  faultFrom: FaultFrom,
): Fault[] {
  const faults: Fault[] = []
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        faults.push(faultFrom(alias.range![0], `nothing before this is marked "&${alias.source}"`))
    },
    Map(_, map) {
      const seen = new Map<string, number>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const [name, offset] = [String(key.value), key.range![0]]
        const first = seen.get(name)
        if (first === undefined) seen.set(name, offset)
        else
          faults.push(
            faultFrom(offset, `"${name}" is given twice, first on line ${faultFrom(first, '').line}`),
          )
      }
    },
    Scalar(role, scalar) {
      const { value, range } = scalar
      if (typeof value !== 'string' || range == null) return
      if (role === 'key') {
        if (value.includes('${'))
          faults.push(faultFrom(range[0], 'a variable is allowed in a value, but not in a key'))
        return
      }
      const outcome = substitute(value, environment)
      for (const { reference, message } of outcome.faults) {
        const within = text.slice(range[0], range[1]).indexOf(reference)
        faults.push(faultFrom(range[0] + Math.max(0, within), message))
      }
      if (outcome.faults.length > 0) faulty.add(scalar)
      if (outcome.substituted) written.set(scalar, value)
      scalar.value = outcome.text
    },
  })
  return faults
}

/** Undefined where references lead nowhere, or to far too much. */
function plainValue(document: Document): unknown {
  try {
    return (document.toJS() as unknown) ?? {}
  } catch {
    return undefined
  }
}

/** The node at the path, through aliases, or the closest one above it. */
function nodeAt(document: Document, path: Path): { node: Node | undefined; exact: boolean } {
  let node = document.contents ?? undefined
  for (const step of path) {
    const holder: Node | undefined = isAlias(node) ? node.resolve(document) : node
    const next =
      isMap(holder) || isSeq(holder) ? (holder.get(step, true) as Node | null | undefined) : undefined
    if (next?.range == null) return { node, exact: false }
    node = next
  }
  const target = isAlias(node) ? node.resolve(document) : node
  return target?.range == null ? { node, exact: false } : { node: target, exact: true }
}

/** The key that the path ends with, or the closest node above it. */
function keyAt(document: Document, path: Path): Node | undefined {
  const { node } = nodeAt(document, path.slice(0, -1))
  const pair = isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
    : undefined
  return (pair?.key as Node | undefined) ?? node
}

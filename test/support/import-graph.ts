import { readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import ts from 'typescript'
import { sourceFiles } from './source-files.ts'

/** One import of a file of ours by another; paths are relative to the root, with forward slashes. */
export interface Import {
  from: string
  to: string
  typeOnly: boolean
}

/** What each folder or root file may import beyond itself; a path with a slash is one file, for its types only. */
export type Rules = Readonly<Record<string, readonly string[]>>

export const RULES: Rules = {
  domain: [],
  control: ['domain'],
  store: ['domain', 'control'],
  charts: ['domain'],
  report: ['domain', 'charts', 'api/contract'],
  ingest: ['domain', 'control', 'store'],
  detectors: ['domain', 'control', 'store'],
  alerts: ['domain', 'control', 'store', 'charts', 'http-agent.ts'],
  registry: ['domain', 'control', 'store', 'ingest', 'http-agent.ts'],
  api: ['domain', 'control', 'store', 'ingest', 'detectors', 'alerts', 'charts', 'registry', 'report'],
  dashboard: ['domain', 'charts', 'api/contract'],
  declare: ['domain', 'control', 'store', 'detectors', 'alerts', 'config.ts'],
  service: [
    'domain',
    'control',
    'store',
    'charts',
    'ingest',
    'detectors',
    'alerts',
    'registry',
    'api',
    'declare',
    'config.ts',
  ],
  cli: [
    'domain',
    'charts',
    'report',
    'control',
    'store',
    'ingest',
    'detectors',
    'alerts',
    'registry',
    'api',
    'declare',
    'service',
    'config.ts',
    'http-agent.ts',
  ],
  'config.ts': [
    'domain',
    'control',
    'store',
    'config-kafka.ts',
    'config-mlflow.ts',
    'config-retention.ts',
    'ingest/kafka/settings',
    'ingest/sources/settings',
    'registry/mlflow/settings',
    'loopback.ts',
  ],
  'config-retention.ts': ['domain'],
  'config-kafka.ts': ['control', 'store', 'ingest/kafka/settings', 'loopback.ts'],
  'config-mlflow.ts': ['registry/mlflow/settings'],
  'loopback.ts': [],
  'http-agent.ts': [],
  'main.ts': ['cli', 'config.ts'],
}

export function readSources(root: string): Map<string, string> {
  return new Map(sourceFiles(root).map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** The imports between files of ours: static, re-exported, dynamic and in type position. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return
    found.push({ from: path, to: join(dirname(path), specifier.text).split(sep).join('/'), typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly)
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, scriptOf(path, text), ts.ScriptTarget.Latest))
  return found
}

function scriptOf(path: string, text: string): string {
  if (!path.endsWith('.svelte')) return text
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n')
}

/** The packages and Node modules that a file imports, types included. */
export function packagesOf(path: string, text: string): string[] {
  const { importedFiles } = ts.preProcessFile(scriptOf(path, text))
  return importedFiles.map(({ fileName }) => fileName).filter((name) => !name.startsWith('.'))
}

/** The folder of a path, or the file itself at the root. */
function roomOf(path: string): string {
  return path.split('/')[0] ?? path
}

/** Imports that `rules` do not allow, as `from -> to`. Files of parts without a rule (tests) may import all. */
export function violations(imports: readonly Import[], rules: Rules = RULES): string[] {
  const allowed = ({ from, to, typeOnly }: Import): boolean => {
    const rule = rules[roomOf(from)]
    if (!rule || roomOf(from) === roomOf(to)) return true
    return rule.some((name) =>
      name.includes('/')
        ? typeOnly && (to === name || to.startsWith(`${name}.`) || to.startsWith(`${name}/`))
        : roomOf(to) === name,
    )
  }
  return imports.filter((one) => !allowed(one)).map(({ from, to }) => `${from} -> ${to}`)
}

/** One import cycle as the list of its files, first and last the same; `undefined` when there is none. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const search = (path: string, trail: string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const to of next.get(path) ?? []) {
      const cycle = search(to, [...trail, path])
      if (cycle) return cycle
    }
    done.add(path)
    return undefined
  }
  for (const path of next.keys()) {
    const cycle = search(path, [])
    if (cycle) return cycle
  }
  return undefined
}

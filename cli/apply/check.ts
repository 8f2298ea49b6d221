import type { Environment } from '../../config.ts'
import { escapeControls, printable } from '../shared/text.ts'
import { readDeclarationFile } from '../../declare/declarations.ts'
import { checkEnvironment, type Setting } from './check-environment.ts'
import { faultLines } from '../../declare/faults.ts'
import { faultsByItself, namesIn, readText, type ReadDeclarations } from '../../declare/read.ts'
import { declarationLines } from './render.ts'
import { bySection, SINGULAR } from '../../declare/references.ts'

export interface CheckOptions {
  file?: string | undefined
  json: boolean
}

interface CheckedFile {
  path: string
  read: ReadDeclarations | undefined
  faults: string[]
}

/** Checks environment and YAML file without touching any store. Returns whether they can be used. */
export function checkConfig({ file, json }: CheckOptions, environment: Environment): boolean {
  const { settings, faults, config } = checkEnvironment(environment)
  const path = file ?? config?.declarations ?? (environment.DRIFTGAUGE_CONFIG || undefined)
  const checked = path === undefined ? undefined : checkFile(path, environment)
  const all = [...faults, ...(checked?.faults ?? [])]
  if (json) {
    const report = { settings, file: checked?.path ?? null, declares: declaredNames(checked), faults: all }
    process.stdout.write(`${escapeControls(JSON.stringify(report, null, 2))}\n`)
  } else {
    process.stdout.write([...settingLines(settings), '', ...fileLines(checked), ''].join('\n'))
    process.stderr.write(all.map((fault) => `${fault}\n`).join(''))
    const verdict = all.length === 0 ? 'No errors.' : all.length === 1 ? '1 error.' : `${all.length} errors.`
    process.stdout.write(`\n${verdict}\n`)
  }
  return all.length === 0
}

function checkFile(path: string, environment: Environment): CheckedFile {
  let text: string
  try {
    text = readDeclarationFile(path)
  } catch (error) {
    return { path, read: undefined, faults: [(error as Error).message] }
  }
  const read = readText(text, environment)
  return { path, read, faults: faultLines(path, faultsByItself(read, namesIn(read))) }
}

function settingLines(settings: readonly Setting[]): string[] {
  const width = Math.max(...settings.map(({ name }) => name.length))
  return settings.map(({ name, value, source }) => {
    const text = source === 'none' ? '(not set)' : source === 'default' ? `${value} (default)` : value
    return `${name.padEnd(width)}  ${text}`
  })
}

function fileLines(checked: CheckedFile | undefined): string[] {
  if (checked === undefined) return ['No YAML file: set DRIFTGAUGE_CONFIG, or specify one with -f.']
  const { path, read } = checked
  const title = printable(path)
  if (read?.declarations === undefined) return [`${title} cannot be used.`]
  const lines = declarationLines(read.declarations).map((line) => `  ${line}`)
  const names = read.references.map(({ to, name }) => `${SINGULAR[to]} "${printable(name)}"`)
  return [
    lines.length === 0 ? `${title} declares nothing.` : `${title} declares:`,
    ...lines,
    ...(names.length === 0 ? [] : [`  and requires, already declared: ${[...new Set(names)].join(', ')}`]),
  ]
}

function declaredNames(checked: CheckedFile | undefined) {
  const declared = checked?.read?.declarations
  return bySection((section) => (declared?.[section] ?? []).map(({ name }) => name))
}

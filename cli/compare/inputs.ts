import { findRoles, type LeftOut } from '../../ingest/columns/column-roles.ts'
import type { InvalidCells } from '../../ingest/columns/column-reading.ts'
import type { Known } from '../../ingest/files/file-kinds.ts'
import { overRows, stageFile, type FileColumn, type StagedFile } from '../../ingest/files/files.ts'
import { fileProblem } from '../../ingest/files/open-file.ts'
import { featureSource, type ColumnKind } from '../../control/declared/model.ts'
import type { FileReading } from '../shared/workspace.ts'
import { UnusableInput, type CompareOptions } from './options.ts'
import { fileName, listed, typeName } from './names.ts'
import { printable } from '../shared/text.ts'

/** What a model says and should have said is compared whatever it looks like. */
export const OUTCOMES: readonly string[] = ['label', 'prediction', 'score']

/** A column of the baseline, and what the current file has under its name. */
export interface ComparedColumn extends FileColumn {
  source: string
  /** Why the current file has no values of it, where it lacks the column. */
  absent?: string
  /** Cells of the current file that are no number in a numeric column. */
  currentInvalid?: InvalidCells | undefined
}

export interface Inputs {
  baseline: StagedFile
  current: StagedFile
  columns: ComparedColumn[]
  ignored: ReadonlySet<string>
  /** Columns of the baseline that say which row it is, or when, and so are not compared. */
  leftOut: LeftOut[]
  /** Those that look so and are compared all the same, because nothing else would be left. */
  keptAll: LeftOut[]
}

export interface Files {
  baseline: string
  current: string
}

/** Reads both files into the store and pairs their columns. Throws {@link UnusableInput}. */
export async function readInputs(
  workspace: FileReading,
  files: Files,
  options: Pick<CompareOptions, 'kinds' | 'ignore' | 'include' | 'labels'>,
  onFile: (file: string) => void,
): Promise<Inputs> {
  const { kinds = new Map<string, ColumnKind>(), ignore = [], include = [], labels = [] } = options
  onFile(files.baseline)
  const first = await stage(workspace, files.baseline, { kinds })
  for (const column of kinds.keys()) requireColumn('--kind', column, first, files.baseline)
  for (const column of include) requireColumn('--include', column, first, files.baseline)
  onFile(files.current)
  // What a column is, the baseline decides: guessed anew, the same column could become two kinds.
  const current = await stage(workspace, files.current, {
    kinds: new Map(first.columns.map(({ name, kind }) => [name, kind])),
    readings: new Map(first.columns.flatMap(({ name, reading, isAmbiguous }) => (isAmbiguous ? [] : [[name, reading]]))), // prettier-ignore
  })
  const baseline = await readAnew(workspace, files.baseline, first, current, kinds)
  for (const column of ignore) {
    if (!holds(baseline, column) && !holds(current, column)) {
      throw new UnusableInput(`--ignore ${printable(column)}: neither file has a column with this name.`)
    }
  }
  const ignored = new Set(ignore)
  const requested = new Set([...OUTCOMES, ...labels, ...kinds.keys(), ...include])
  const roles = await readable(baseline, files.baseline, () => findRoles(workspace.store.ingest, baseline))
  const guessed = roles.filter(({ column }) => !requested.has(column) && !ignored.has(column)) // prettier-ignore
  const candidates = baseline.columns.filter(({ name }) => !ignored.has(name))
  const isNothingElse = guessed.length === candidates.length
  const leftOut = isNothingElse ? [] : guessed
  const columns = candidates
    .filter(({ name }) => !leftOut.some(({ column }) => column === name))
    .map((column) => pair(column, current))
  requireCommon(columns, current, files, ignored)
  return { baseline, current, columns, ignored, leftOut, keptAll: isNothingElse ? guessed : [] }
}

/** The baseline once more, where its numbers alone left open how they are to be read and the current file tells. */
async function readAnew(
  workspace: FileReading,
  path: string,
  baseline: StagedFile,
  current: StagedFile,
  kinds: ReadonlyMap<string, ColumnKind>,
): Promise<StagedFile> {
  const readings = new Map(
    current.columns
      .filter(({ reading, isAmbiguous }) => !isAmbiguous && (reading === 'point' || reading === 'comma'))
      .map(({ name, reading }) => [name, reading]),
  )
  const isOpen = ({ name, reading, isAmbiguous }: FileColumn) =>
    isAmbiguous && reading !== 'plain' && readings.has(name) && readings.get(name) !== reading
  if (!baseline.columns.some(isOpen)) return baseline
  await baseline.drop()
  return stage(workspace, path, { kinds, readings })
}

/** Finds what is wrong with either file before the first, maybe large one is read. Throws {@link UnusableInput}. */
export async function checkFiles({ baseline, current }: Files): Promise<void> {
  for (const path of [baseline, current]) {
    const problem = await fileProblem(path)
    if (problem !== undefined) throw new UnusableInput(`${printable(path)}: ${problem}`)
  }
}

/** Does work over the rows of a file. Throws {@link UnusableInput} where they cannot be read. */
export function readable<T>(file: StagedFile, path: string, work: () => Promise<T>): Promise<T> {
  return overRows(file, work, (reason) => new UnusableInput(`${printable(path)}: ${printable(reason)}`))
}

async function stage({ store, spool }: FileReading, path: string, known: Known): Promise<StagedFile> {
  const outcome = await stageFile(store, path, { spool, known, source: featureSource })
  if (outcome.status === 'unreadable') throw new UnusableInput(printable(outcome.reason))
  if (outcome.file.rows === 0) throw new UnusableInput(`${printable(path)}: the file has no rows`)
  return outcome.file
}

function requireColumn(
  option: string,
  column: string,
  { columns, unsupported }: StagedFile,
  path: string,
): void {
  if (columns.some(({ name }) => name === column)) return
  const nested = unsupported.find(({ name }) => name === column)
  if (nested)
    throw new UnusableInput(
      `${option} ${printable(column)}: the column is of type ${typeName(nested.type)}, which cannot be compared.`,
    )
  const names = listed(columns.map(({ name }) => name))
  throw new UnusableInput(
    `${option} ${printable(column)}: ${fileName(path)} has no such column. It has ${names}.`,
  )
}

function requireCommon(
  columns: readonly ComparedColumn[],
  current: StagedFile,
  files: Files,
  ignored: ReadonlySet<string>,
): void {
  if (columns.some(({ absent }) => absent === undefined)) return
  if (columns.length === 0)
    throw new UnusableInput(`${fileName(files.baseline)} has no column left to compare.`)
  const rest = current.columns.filter(({ name }) => !ignored.has(name))
  throw new UnusableInput(
    `The files have no column in common: ${fileName(files.baseline)} has ${listed(columns.map(({ name }) => name))}, ` +
      `${fileName(files.current)} has ${rest.length === 0 ? 'none' : listed(rest.map(({ name }) => name))}.`,
  )
}

function pair(column: FileColumn, current: StagedFile): ComparedColumn {
  const paired = { ...column, source: featureSource(column.name) }
  const found = current.columns.find(({ name }) => name === column.name)
  if (found) return { ...paired, currentInvalid: found.invalid }
  const nested = current.unsupported.find(({ name }) => name === column.name)
  return {
    ...paired,
    absent: nested ? `is of type ${typeName(nested.type)} in the current file` : 'is not in the current file',
  }
}

/** Whether a file has a column of this name, of whatever type. */
export function holds({ columns, unsupported }: StagedFile, column: string): boolean {
  return [...columns, ...unsupported].some(({ name }) => name === column)
}

import { addedColumns } from './added-columns.ts'
import type { CompareOptions } from './options.ts'
import { guessNotices } from './guess-notices.ts'
import { holds, type Files, type Inputs } from './inputs.ts'
import { fileName, listed, typeName } from './names.ts'
import type { Comparison } from './compare-files.ts'

/** What the person should know and the report does not say. */
export function noticesOf(comparison: Comparison, files: Files, { kinds }: CompareOptions): string[] {
  const { inputs } = comparison
  const current = fileName(files.current)
  const notices: [columns: string[], notice: (names: string) => string][] = [
    [addedColumns(inputs), (names) => `only ${current} has ${names}: not compared`],
    [nestedColumns(inputs), (names) => `nested values are not compared: ${names}`],
    [withoutNumbers(comparison), (names) => `${current} has no numbers in ${names}`],
    [
      withoutAnyNumbers(comparison).filter((column) => kinds?.get(column) === 'numeric'),
      (names) => `neither file has numbers in ${names}, treated as numeric by --kind`,
    ],
    [
      comparison.tooManyValues,
      (names) => `too many distinct values to fit in memory, so counted in bins anyway: ${names}`,
    ],
  ]
  return [
    ...guessNotices(inputs, files),
    ...notices.filter(([columns]) => columns.length > 0).map(([columns, notice]) => notice(listed(columns))),
  ]
}

function nestedColumns({ baseline, current, ignored }: Inputs): string[] {
  const nested = [
    ...baseline.unsupported,
    ...current.unsupported.filter(({ name }) => !holds(baseline, name)),
  ]
  return nested
    .filter(({ name }) => !ignored.has(name))
    .map(({ name, type }) => `${name} (${typeName(type)})`)
}

/** Numeric by what the baseline holds, and text in the current file: it would just look empty. */
function withoutNumbers({ inputs, report }: Comparison): string[] {
  const present = new Set(inputs.columns.filter(({ absent }) => absent === undefined).map(({ name }) => name))
  return report.columns
    .filter(
      ({ column, kind, reason }) => kind === 'numeric' && reason === 'all_missing' && present.has(column),
    )
    .map(({ column }) => column)
}

function withoutAnyNumbers({ report }: Comparison): string[] {
  return report.columns
    .filter(({ kind, reason }) => kind === 'numeric' && reason === 'all_missing_in_baseline')
    .map(({ column }) => column)
}

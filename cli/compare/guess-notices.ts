import type { LeftOut } from '../../ingest/columns/column-roles.ts'
import type { InvalidCells } from '../../ingest/columns/column-reading.ts'
import type { FileColumn, StagedFile } from '../../ingest/files/files.ts'
import { thousands } from '../shared/text.ts'
import type { Files, Inputs } from './inputs.ts'
import { argument, fileName, label, listed } from './names.ts'

const ROLES: Record<LeftOut['reason'], [one: string, several: string]> = {
  index: ['an index', 'indexes'],
  id: ['an id', 'ids'],
  time: ['a time', 'times'],
}

/** What columns look like that are told by the same, in sentences that `after` ends. */
export function roleSentences(roles: readonly LeftOut[], after: (column: string) => string): string[] {
  const alike = new Map<string, LeftOut[]>()
  for (const one of roles)
    alike.set(one.reason + one.detail, [...(alike.get(one.reason + one.detail) ?? []), one])
  return [...alike.values()].map((group) => {
    const names = listed(group.map(({ column }) => column))
    const { column, reason, detail } = group[0]
    const looks = group.length === 1 ? `looks like ${ROLES[reason][0]}` : `look like ${ROLES[reason][1]}`
    return `${names} ${looks}: ${detail}; ${after(group.length === 1 ? argument(column) : 'COLUMN')}`
  })
}

/** What was guessed of the columns, and how to decide otherwise. */
export function guessNotices(
  { baseline, current, columns, leftOut, keptAll }: Inputs,
  files: Files,
): string[] {
  const compared = new Set(columns.map(({ name }) => name))
  return [
    ...roleSentences(leftOut, (column) => `not compared (use --include ${column} to compare it)`),
    ...roleSentences(keptAll, () => 'compared anyway, because no other column is left'),
    ...readingNotices(baseline, fileName(files.baseline), compared),
    ...readingNotices(current, fileName(files.current), compared),
    ...categoryNotices(baseline, compared),
  ]
}

/** Columns that are treated as categorical although they hold numbers. */
export function categoryNotices(file: StagedFile, used: ReadonlySet<string>): string[] {
  return [
    ...capped(
      ofColumns(file, used, ({ mixed }) => mixed !== undefined),
      ({ name, mixed }) =>
        `${label(name)} holds numbers in ${Math.floor(100 * mixed!.share)}% of its cells and text such as "${label(mixed!.example)}" in others, so it is treated as categorical; with --kind ${argument(name)}=numeric the text counts as missing`,
      'hold numbers in most of their cells and are treated as categorical',
    ),
    ...capped(
      ofColumns(file, used, ({ isBeyondDouble }) => isBeyondDouble === true),
      ({ name }) =>
        `${label(name)} holds whole numbers beyond 2^53, which doubles cannot distinguish, so it is treated as categorical`,
      'hold whole numbers beyond 2^53 and are treated as categorical',
    ),
  ]
}

const MAX_NOTICES = 10

/** A sentence a column, and one for those beyond the first. */
function capped(
  columns: readonly FileColumn[],
  sentence: (column: FileColumn) => string,
  others: string,
): string[] {
  const rest = columns.slice(MAX_NOTICES).map(({ name }) => name)
  return [
    ...columns.slice(0, MAX_NOTICES).map(sentence),
    ...(rest.length === 0 ? [] : [`other columns that ${others}: ${listed(rest)}`]),
  ]
}

/** What of the numbers in a file is not as programs write them. */
export function readingNotices(file: StagedFile, name: string, used: ReadonlySet<string>): string[] {
  const sure = (wanted: FileColumn['reading']) =>
    listed(ofColumns(file, used, ({ reading, isAmbiguous }) => reading === wanted && !isAmbiguous).map((one) => one.name)) // prettier-ignore
  const [commas, groups] = [sure('comma'), sure('point')]
  // The first is the index that pandas and R write.
  const nameless = file.unnamed.filter((place) => place > 1)
  return [
    ...(nameless.length === 0
      ? []
      : [`${name}: columns without a name are skipped: ${listed(nameless.map(String))}`]),
    ...capped(
      ofColumns(file, used, ({ kind, invalid }) => kind === 'numeric' && invalid !== undefined),
      (column) => `${name}: ${invalidSentence(column.name, column.invalid!)}`,
      `hold text that is not a number in ${name}`,
    ),
    ...(commas === '' ? [] : [`${name}: numbers are read with decimal commas in ${commas}`]),
    ...(groups === '' ? [] : [`${name}: numbers are read with thousands separators in ${groups}`]),
    ...capped(
      ofColumns(file, used, ({ isAmbiguous, reading }) => isAmbiguous && reading !== 'plain'),
      ({ name: column, reading }) =>
        `${name}: numbers such as "1,234" in ${label(column)} are ambiguous; they are read as ${reading === 'comma' ? '1.234' : '1234'}`,
      `are read in the same way in ${name}`,
    ),
    ...capped(
      ofColumns(file, used, ({ losesDigits }) => losesDigits === true),
      ({ name: column }) =>
        `${name}: ${label(column)} holds whole numbers beyond 2^53, which are rounded; use --kind ${argument(column)}=categorical to keep them distinct`,
      `are rounded in ${name}`,
    ),
  ]
}

/** How many cells of a numeric column hold what else. */
export function invalidSentence(column: string, { count: cells, example }: InvalidCells): string {
  const [subject, counts] = cells === 1 ? ['1 cell', 'counts'] : [`${thousands(cells)} cells`, 'count']
  return `${subject} of ${label(column)} ${cells === 1 ? 'is not a number' : 'are not numbers'}, such as "${label(example)}", and ${counts} as missing`
}

function ofColumns(
  { columns }: StagedFile,
  used: ReadonlySet<string>,
  wanted: (column: FileColumn) => boolean,
): FileColumn[] {
  return columns.filter((column) => used.has(column.name) && wanted(column))
}

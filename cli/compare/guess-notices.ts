import type { LeftOut } from '../../ingest/column-roles.ts'
import type { FileColumn, StagedFile } from '../../ingest/files.ts'
import { count } from './format.ts'
import type { Files, Inputs } from './inputs.ts'
import { fileName, label, listed } from './names.ts'

const ROLES: Record<LeftOut['reason'], string> = { index: 'an index', id: 'an id', time: 'a time' }

/** How a column was told to be what it is taken for, in a sentence. */
export const roleSentence = ({ column, reason, detail }: LeftOut) =>
  `${label(column)} looks like ${ROLES[reason]}: ${detail}`

/** What was guessed of the columns, and how to decide otherwise. */
export function guessNotices(
  { baseline, current, columns, leftOut, keptAll }: Inputs,
  files: Files,
): string[] {
  const compared = new Set(columns.map(({ name }) => name))
  const [first, second] = [fileName(files.baseline), fileName(files.current)]
  return [
    ...leftOut.map(
      (one) => `${roleSentence(one)}; not compared (--include ${label(one.column)} compares it)`,
    ),
    ...keptAll.map((one) => `${roleSentence(one)}; compared all the same, as no other column is left`),
    ...readingNotices(baseline, first, compared),
    ...readingNotices(current, second, compared),
    ...ofColumns(baseline, compared, ({ mixed }) => mixed !== undefined).map(
      ({ name, mixed }) =>
        `${label(name)} holds numbers in ${Math.floor(100 * mixed!.share)} % of its cells and text such as "${label(mixed!.example)}" in others, so it is taken for categories; --kind ${label(name)}=numeric takes the others for missing`,
    ),
    ...ofColumns(baseline, compared, ({ isBeyondDouble }) => isBeyondDouble === true).map(
      ({ name }) =>
        `${label(name)} holds whole numbers beyond 2^53, which a double cannot tell apart, so it is taken for categories`,
    ),
  ]
}

/** What of the numbers in a file is not as programs write them. */
export function readingNotices(file: StagedFile, name: string, compared: ReadonlySet<string>): string[] {
  const read = (wanted: (column: FileColumn) => boolean) => listed(ofColumns(file, compared, wanted).map((one) => one.name)) // prettier-ignore
  const [commas, groups] = [
    read(({ reading, isAmbiguous }) => reading === 'comma' && !isAmbiguous),
    read(({ reading, isAmbiguous }) => reading === 'point' && !isAmbiguous),
  ]
  return [
    ...ofColumns(file, compared, ({ kind, invalid }) => kind === 'numeric' && invalid !== undefined).map(
      ({ name: column, invalid }) =>
        `${name}: ${invalid!.count === 1 ? '1 cell' : `${count(invalid!.count)} cells`} of ${label(column)} ${invalid!.count === 1 ? 'holds' : 'hold'} no number, such as "${label(invalid!.example)}", and count${invalid!.count === 1 ? 's' : ''} as missing`,
    ),
    ...(commas === '' ? [] : [`${name}: numbers are read with decimal commas in ${commas}`]),
    ...(groups === '' ? [] : [`${name}: numbers are read with marks between thousands in ${groups}`]),
    ...ofColumns(file, compared, ({ isAmbiguous, reading }) => isAmbiguous && reading !== 'plain').map(
      ({ name: column, reading }) =>
        `${name}: "1,234" in ${label(column)} can mean two numbers; it is read as ${reading === 'comma' ? '1.234' : '1234'}`,
    ),
    ...ofColumns(file, compared, ({ losesDigits }) => losesDigits === true).map(
      ({ name: column }) =>
        `${name}: ${label(column)} holds whole numbers beyond 2^53, which are rounded; --kind ${label(column)}=categorical tells them apart`,
    ),
  ]
}

function ofColumns(
  { columns }: StagedFile,
  compared: ReadonlySet<string>,
  wanted: (column: FileColumn) => boolean,
): FileColumn[] {
  return columns.filter((column) => compared.has(column.name) && wanted(column))
}

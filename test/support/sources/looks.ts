import type { SourceFile } from '../../../ingest/sources/location.ts'

/** The path of the file that was changed last, as a ledger of taken files gives it. */
export const newestPath = (files: readonly SourceFile[]): string | undefined =>
  files.toSorted((a, b) => a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1)).at(-1)?.path

/** Every choice of versions, in their order, at which somebody may have looked at a table. */
export function choicesOf(versions: readonly number[]): number[][] {
  return versions
    .reduce<number[][]>((choices, version) => choices.flatMap((one) => [one, [...one, version]]), [[]])
    .filter((one) => one.length > 0)
}

/** What is taken of a table by someone who looks at it at these versions, and takes no file twice. */
export async function takenAt(
  versions: readonly number[],
  list: (version: number, last: string | undefined) => Promise<SourceFile[]>,
): Promise<SourceFile[]> {
  const taken = new Map<string, SourceFile>()
  for (const version of versions)
    for (const file of await list(version, newestPath([...taken.values()])))
      taken.set(`${file.path} ${file.etag}`, file)
  return [...taken.values()]
}

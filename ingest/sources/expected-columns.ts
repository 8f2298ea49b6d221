import { listed } from '../columns/listed.ts'
import { UnreadableFile } from '../files/unreadable-file.ts'
import { columnProblem, namingProblem, type Expected } from '../rows/fields.ts'
import { fieldColumns } from './event-columns.ts'
import type { FetchedFile } from './read-context.ts'

/** What the rows of a file have to say, of which constants say a part. */
export function expectedOf({ source, file }: Pick<FetchedFile, 'source' | 'file'>): Expected {
  const columns = fieldColumns(source)
  const given = Object.keys({ ...source.constants, ...file.constants })
  return {
    columns,
    needsModel: false,
    given: source.undated === 'modified' ? [...given, columns.ts] : given,
    stated: (field) => `columns: { ${field}: … }`,
  }
}

/** Throws {@link UnreadableFile} where a file with these columns makes no events. */
export function requireFields(names: readonly string[], fetched: Pick<FetchedFile, 'source' | 'file'>): void {
  const expected = expectedOf(fetched)
  const problem = namingProblem(names, expected) ?? columnProblem(names, expected)
  if (problem !== undefined) throw new UnreadableFile(`${problem}. It has ${listed(names)}`)
}

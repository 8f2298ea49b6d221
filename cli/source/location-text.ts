import type { SourceDeclaration } from '../../control/declared/sources/source.ts'

/** Where a source has its files or rows, on one line. */
export function locationText({ folder, s3, postgres, table }: SourceDeclaration): string {
  const where =
    folder?.path ??
    (s3 === undefined ? `postgres ${postgres!.connection}` : `s3://${s3.bucket}/${s3.prefix ?? ''}`)
  return table === undefined ? where : `${where} (${table})`
}

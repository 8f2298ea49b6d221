interface SourceLocation {
  folder?: { path: string } | undefined
  s3?: { bucket: string; prefix?: string | undefined } | undefined
  postgres?: { connection: string } | undefined
  table?: string | undefined
}

/** Where a source has its files or rows, on one line. */
export function locationText({ folder, s3, postgres, table }: SourceLocation): string {
  const where =
    folder?.path ??
    (s3 === undefined ? `postgres ${postgres?.connection ?? ''}` : `s3://${s3.bucket}/${s3.prefix ?? ''}`)
  return table === undefined ? where : `${where} (${table})`
}

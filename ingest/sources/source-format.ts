import { BODY_FORMATS, type BodyFormat } from '../columnar/body-format.ts'
import { FILE_EXTENSIONS, fileFormat } from '../files/file-format.ts'

const ARROW: Readonly<Record<string, BodyFormat | undefined>> = {
  arrows: BODY_FORMATS['application/vnd.apache.arrow.stream'],
  arrow: BODY_FORMATS['application/vnd.apache.arrow.file'],
  feather: BODY_FORMATS['application/vnd.apache.arrow.file'],
}

/** The format of a file whose columns have types; undefined for any other. */
export function columnarFormat(path: string): BodyFormat | undefined {
  const extension = /\.([a-z]+)$/.exec(path.toLowerCase())?.[1] ?? ''
  return extension === 'parquet' ? BODY_FORMATS['application/vnd.apache.parquet'] : ARROW[extension]
}

/** Whether the name of a file tells a format that can be read. */
export const isKnownFormat = (path: string): boolean =>
  columnarFormat(path) !== undefined || fileFormat(path) !== undefined

export const UNKNOWN_FORMAT = `its name does not end with a known format: ${[...FILE_EXTENSIONS, ...Object.keys(ARROW).map((extension) => `.${extension}`)].join(', ')} (text formats also with .gz)`

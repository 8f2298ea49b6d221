import { ConfigError } from '../../config.ts'
import type { Model } from '../../control/declared/model.ts'
import { inferModel, stageBaseline, type Guesses } from '../../ingest/baseline/file-baseline.ts'
import type { ChooseOutcomes, OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { overRows } from '../../ingest/files/files.ts'
import { categoryNotices, readingNotices, roleSentences } from '../compare/guess-notices.ts'
import { fileName, typeName } from '../compare/names.ts'
import type { FileReading } from '../shared/workspace.ts'
import { printable } from '../shared/text.ts'

export interface InferredFromFile {
  model: Model
  rows: number
  /** What of the file is left out, and how the rest is read, in sentences. */
  notices: string[]
}

/** Guesses a model from a file. Throws {@link ConfigError} where it cannot be read, or has no rows. */
export async function inferFromFile(
  { store, spool }: FileReading,
  path: string,
  name: string,
  { columns, guesses }: { columns: OutcomeColumns | ChooseOutcomes; guesses: Guesses },
): Promise<InferredFromFile> {
  const staged = await stageBaseline(store, path, spool, undefined, { columns, ...guesses })
  if (staged.status === 'unreadable') throw new ConfigError(printable(staged.reason))
  const { file } = staged
  try {
    if (file.rows === 0) throw new ConfigError(`${printable(path)}: the file has no rows`)
    const { model, leftOut } = await overRows(
      file,
      () => inferModel(store.rollup, file, name, guesses),
      (reason) => new ConfigError(`${printable(path)}: ${printable(reason)}`),
    )
    const used = new Set(model.features.map((feature) => feature.name))
    const unread = file.unsupported.map(
      (column) => `column "${printable(column.name)}", which is ${typeName(column.type)}`,
    )
    return {
      model,
      rows: file.rows,
      notices: [
        ...roleSentences(leftOut, (column) => `not used as a feature (use --kind ${column}=… to include it)`),
        ...readingNotices(file, fileName(path), used),
        ...categoryNotices(file, used),
        ...unread.map((one) => `Not read: ${one}.`),
      ],
    }
  } finally {
    await file.drop()
  }
}

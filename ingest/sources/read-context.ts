import type { Model } from '../../control/declared/model.ts'
import type { Source } from '../../control/declared/sources/source.ts'
import type { LedgerFile } from '../../control/sources/ledger.ts'
import type { Store } from '../../store/engine/client.ts'
import type { RecordOrigin } from '../decode/origin.ts'
import type { RowKind } from './batch.ts'
import type { Intake } from '../intake/intake.ts'
import type { IntakeContext } from '../intake/pipeline.ts'

/** A file that lies in the spool, and what is known of it. */
export interface FetchedFile {
  store: Store
  intake: Intake
  clock: () => Date
  spool: string
  /** Bytes that it may have, uncompressed. */
  most: number
  source: Source
  model: Model
  file: LedgerFile
  /** Where it lies. */
  path: string
}

export async function intakeContext(
  { store, intake, clock, source, model }: FetchedFile,
  kind: RowKind,
): Promise<IntakeContext> {
  const [writer, classes] = [intake.writer, await intake.classesOf(model)]
  const name = `source:${kind}:${source.name}`
  return { store, writer, model, classes, source: name, now: clock(), labelDelay: source.label_delay }
}

/** The origin of a row, by which it is the same dead letter however often it comes. Rows count from 1. */
export function originOf({ file, clock }: FetchedFile): (row: number) => RecordOrigin {
  // What says no time came when its file did.
  const recordedAt = Math.min(file.modifiedAt, clock().getTime())
  return (row) => ({
    partition: file.number,
    offset: row,
    recordedAt,
    headers: { file: file.path, row: String(row) },
  })
}

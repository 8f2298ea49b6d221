import type { InputWarning } from '../../ingest/decode/input-problem.ts'
import type { Batch, Rejected } from './batches.ts'
import type { LabelDelayOf } from './label-delay.ts'
import type { KindOf } from '../../ingest/rows/table-rows.ts'

export interface Sent {
  accepted: { predictions: number; labels: number }
  rejected: { predictions: number; labels: number }
  /** Those of the rejected of which the reasons are told. */
  rejections: Rejected[]
  /** What of the accepted ones is not as it was declared. */
  warnings: readonly InputWarning[]
}

/** Where events go. */
export interface Destination {
  /** Whether it takes no event without a model. */
  needsModel: boolean
  /** How the cells of a model's rows are to be read; undefined where the destination does not know. */
  kindsOf: ((model: string) => Promise<KindOf>) | undefined
  /** How long labels take that say no time, by model. */
  delays(): Promise<LabelDelayOf>
  /** Resolves once everything is stored; what hinders for a while is waited for. */
  send(batches: readonly Batch[]): Promise<Sent>
}

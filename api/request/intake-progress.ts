import type { IntakeResult } from '../../ingest/intake/pipeline.ts'
import { totalWarnings, type InputWarning } from '../../ingest/decode/input-problem.ts'

/** Reasons and warnings listed in an answer; the counts are always complete, and the dead letters hold every one. */
const MAX_LISTED = 100

/** What became of the records of a body so far. */
export class IntakeProgress {
  accepted = 0
  rejected = 0
  erased = 0
  readonly #rejections: IntakeResult['rejected'] = []
  #warnings: InputWarning[] = []
  #records = 0
  #place: string | undefined

  /** @param place of the last of so many records, counted from 1 */
  add(
    records: number,
    place: (upTo: number) => string,
    { accepted, rejected, erased, warnings }: IntakeResult,
  ): void {
    this.accepted += accepted
    this.rejected += rejected.length
    this.erased += erased
    for (const { index, ...reason } of rejected.slice(0, MAX_LISTED - this.#rejections.length))
      this.#rejections.push({ index: this.#records + index, ...reason })
    this.#warnings = totalWarnings([...this.#warnings, ...warnings])
    this.#records += records
    if (records > 0) this.#place = place(this.#records)
  }

  /** How far it got, for a body that is not read to its end. */
  get sentence(): string {
    if (this.#place === undefined) return 'Nothing of it was stored.'
    return (
      `Up to ${this.#place}, ${this.accepted} records were accepted and ${this.rejected} rejected. ` +
      'The rest was not read, and nothing after that was stored.'
    )
  }

  /** @param why reading stopped, if it did */
  answer(why?: string) {
    return {
      accepted: this.accepted,
      rejected: this.rejected,
      ...(this.erased === 0 ? {} : { erased: this.erased }),
      rejections: this.#rejections,
      warnings: this.#warnings.slice(0, MAX_LISTED),
      ...(why === undefined
        ? {}
        : { stopped: { records: this.#records, detail: `${why} ${this.sentence}` } }),
    }
  }
}

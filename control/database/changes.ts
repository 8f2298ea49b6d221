import { inTransaction, type Control } from './control.ts'
import { count } from './counters.ts'

/** The counter of {@link nextRevision}. Whoever has added to it keeps others from it until the transaction ends. */
const REVISION = 'revision'

/** A revision that no document had before. */
export const nextRevision = (transaction: Control): Promise<number> => count(transaction, REVISION)

/**
 * Does `work` in a transaction beside which no document is stored: what it reads of them holds until it has stored its
 * own.
 */
export function changeAlone<T>(control: Control, work: (transaction: Control) => Promise<T>): Promise<T> {
  return inTransaction(control, async (transaction) => {
    await count(transaction, REVISION, 0)
    return work(transaction)
  })
}

import type { Control } from '../../control/database/control.ts'
import type { Legacy } from './read.ts'

/** @returns what was left out, in words */
export async function writeRetrains(control: Control, legacy: Legacy): Promise<string[]> {
  const left: string[] = []
  const seen = new Map<string, number>()
  for (const { alert, ...request } of legacy.retrains) {
    await control
      .insertInto('retrains')
      .values({ ...request, alert: alert === '' ? null : alert })
      .execute()
    seen.set(request.id, 0)
  }
  for (const { retrain, id, at, document } of legacy.retrain_events) {
    const before = seen.get(retrain)
    if (before === undefined) {
      left.push(`a step of the retraining ${retrain}`)
      continue
    }
    // Two processes could give two steps one number.
    const seq = before + 1
    seen.set(retrain, seq)
    await control.insertInto('retrain_events').values({ retrain, seq, id, at, document }).execute()
  }
  return left
}

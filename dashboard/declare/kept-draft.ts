import { isRecord, parseJson } from '../../domain/json.ts'
import { changesBetween, rebased, type Declaration } from './declaration.ts'

/** As the browser keeps text by name. */
interface TextStorage {
  getItem(name: string): string | null
  setItem(name: string, text: string): void
  removeItem(name: string): void
}

/** Where what was typed into the form at this address is kept for as long as the tab is open. */
const placeOf = (address: string) => `driftgauge-draft ${address}`

/** What was typed into a form that was left without saving, made to what the form begins with now. */
export function keptDraft(
  storage: TextStorage,
  address: string,
  start: Declaration,
): Declaration | undefined {
  const kept = parseJson(storage.getItem(placeOf(address)) ?? '')
  if (!isRecord(kept) || !isRecord(kept.start) || !isRecord(kept.declaration)) return undefined
  const changes = changesBetween(kept.start, kept.declaration)
  return changes.length === 0 ? undefined : rebased(start, changes)
}

/** Keeps what was typed, with what the form began with. */
export const keepDraft = (
  storage: TextStorage,
  address: string,
  start: Declaration,
  declaration: Declaration,
) => storage.setItem(placeOf(address), JSON.stringify({ start, declaration }))

export const forgetDraft = (storage: TextStorage, address: string) => storage.removeItem(placeOf(address))

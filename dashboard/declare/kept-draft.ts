import { isRecord, parseJson } from '../../domain/json.ts'
import type { Declaration } from './declaration.ts'

/** As the browser keeps text by name. */
interface TextStorage {
  getItem(name: string): string | null
  setItem(name: string, text: string): void
  removeItem(name: string): void
}

/** Where what was typed into the form at this address is kept for as long as the tab is open. */
const placeOf = (address: string) => `driftgauge-draft ${address}`

/** What was typed into a form that was left without saving. */
export function keptDraft(storage: TextStorage, address: string): Declaration | undefined {
  const kept = parseJson(storage.getItem(placeOf(address)) ?? '')
  return isRecord(kept) && typeof kept.name === 'string' ? { ...kept, name: kept.name } : undefined
}

export const keepDraft = (storage: TextStorage, address: string, declaration: Declaration) =>
  storage.setItem(placeOf(address), JSON.stringify(declaration))

export const forgetDraft = (storage: TextStorage, address: string) => storage.removeItem(placeOf(address))

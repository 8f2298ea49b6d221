import { quoted } from '../../domain/printable.ts'

const LISTED = 20

/** Names of columns for a sentence, the first of them where they are many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map(quoted).join(', ')
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown
}

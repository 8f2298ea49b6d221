import { getContext, setContext } from 'svelte'
import type { Period } from './period.ts'

/** What a page shows at present, with all that its address leaves to defaults, which change over time. */
export interface Seen {
  model: string | undefined
  /** What narrows it within the model, in words. */
  parts: readonly (string | undefined)[]
  period: Period
  /** What its address has to name to show the same again. */
  search: Readonly<Record<string, string | undefined>>
}

const KEY = Symbol('seen')

/** A page says what it shows; `seen` is asked when somebody takes away a part of it. */
export const showSeen = (seen: () => Seen): void => void setContext(KEY, seen)

export const useSeen = () => getContext<(() => Seen) | undefined>(KEY)

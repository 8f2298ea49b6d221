import type { LetterFilter } from '../../queries/dead-letters.ts'

/** What is to be replayed: one dead letter, or all that match a filter. */
export type ReplayTarget =
  { kind: 'one'; id: string } | { kind: 'matching'; filter: LetterFilter; letters: number }

import type { Answer } from './queries/answer.ts'
import type { Matcher } from './queries/silences.ts'

/** The matchers of a silence for this alert; if the alert has a single member, only for that member. */
export function matchersOf({ model, monitor, kind, members }: Answer<'getAlert'>): Matcher[] {
  const is = (field: Matcher['field'], value: string): Matcher => ({ field, op: '=', value })
  const [only] = members
  const narrowed = (['column', 'segment', 'version'] as const).filter((field) => only[field] !== '')
  return [
    is('model', model),
    is('monitor', monitor),
    is('kind', kind),
    ...(members.length === 1 ? narrowed.map((field) => is(field, only[field])) : []),
  ]
}

const WORDS = { '=': 'is', '!=': 'is not', glob: 'matches' }

/** `column is distance` */
export const matcherText = ({ field, op = '=', value }: Matcher) =>
  `${field} ${WORDS[op]} ${value === '' ? '(empty)' : value}`

import type { Answer } from './queries/api.ts'
import type { Matcher } from './queries/silences.ts'

/** What a silence of this alert has to match: where it has one member, this one alone. */
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

const WORDS = { '=': 'is', '!=': 'is not', glob: 'fits' }

/** `column is distance` */
export const matcherText = ({ field, op = '=', value }: Matcher) =>
  `${field} ${WORDS[op]} ${value === '' ? '(empty)' : value}`

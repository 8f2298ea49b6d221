import { InvalidArgumentError } from 'commander'
import { MATCHED_FIELDS, matcherSchema, type Matcher } from '../../control/alerting/silences.ts'

const FORM = /^([a-z]+)(!=|=|~)(.*)$/su

/** Reads `column=distance`, `column!=distance` or `column~dist*` and adds it to those before. */
export function collectMatcher(text: string, matchers: readonly Matcher[] = []): Matcher[] {
  const [, field, sign, value] = FORM.exec(text) ?? []
  const parsed = matcherSchema.safeParse({ field, op: sign === '~' ? 'glob' : sign, value })
  if (!parsed.success)
    throw new InvalidArgumentError(
      `write a matcher as column=distance, column!=distance or column~dist*; the fields are ${MATCHED_FIELDS.join(', ')}`,
    )
  return [...matchers, parsed.data]
}

/** As {@link collectMatcher} reads it. */
export function matcherText({ field, op = '=', value }: Matcher): string {
  return `${field}${op === 'glob' ? '~' : op}${value}`
}

import type { Subject } from './subject.ts'

const LONGEST = 150
const LONGEST_PART = 60

/** `driftgauge-flights-origin-psi-over-time-20010401-20010408.csv`, of characters that every file system takes. */
export function fileName(
  { title, model, parts, from, to }: Subject,
  extension: 'csv' | 'png' | 'html' | 'md',
): string {
  const name = ['driftgauge', model, ...parts, title].map((part) => slug(part ?? ''))
  const what = name.filter(Boolean).join('-').slice(0, LONGEST).replace(/-$/, '')
  return `${[what, day(from), day(to)].filter(Boolean).join('-')}.${extension}`
}

/** A text as it stands in file names and anchors: lower-case letters, digits and hyphens, perhaps none. */
export function slug(text: string): string {
  const ascii = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return ascii
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_PART)
    .replace(/^-|-$/g, '')
}

/** `20010401`, or `20010401t1400z` within a day. */
function day(time: string | undefined): string {
  if (time === undefined) return ''
  const [date, clock] = new Date(time).toISOString().replaceAll('-', '').split('T')
  const minutes = clock.slice(0, 5).replace(':', '')
  return minutes === '0000' ? date : `${date}t${minutes}z`
}

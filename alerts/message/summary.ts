import { formatInstant } from '../../domain/instant.ts'
import { isColumnFinding } from '../../domain/data-finding.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import type { AlertMember, AlertReason, MemberReason } from '../../control/alerting/alert-event.ts'
import type { Severity } from '../../domain/severity.ts'
import { ERROR_FINDING } from '../state/policy.ts'
import {
  effectText,
  lengthText,
  kindName,
  memberName,
  narrowed,
  plain,
  subject,
  upperFirst,
} from './wording.ts'

export interface SummaryInput {
  model: string
  kind: string
  windowEnd: Date
  severity: Severity
  /** Most severe first, at least one. */
  members: readonly AlertMember[]
  baseline: string | undefined
  /** As in `StepInput`. */
  retrained?: ((kind: string, since: Date) => string | undefined) | undefined
}

/** One sentence on an alert: what moved, by how much, since when and against which baseline. */
export function alertSummary(reason: AlertReason, input: SummaryInput): string {
  if (reason === 'all_resolved') return resolvedSummary(input)
  if (reason === 'unwatched') return unwatchedSummary(input)
  if (input.kind === DATA_KIND) return dataSummary(input)
  const { members } = input
  const still = reason === 'repeat' ? 'Still firing: ' : ''
  const most = members.length === 1 ? '' : `, most of all "${memberName(members[0])}"`
  return sentence(`${still}${moved(input, still === '')}${most}${because(members[0])}`)
}

/** What happened to what, compared with which baseline, and since when. */
function moved({ model, kind, severity, members, baseline }: SummaryInput, startsSentence: boolean): string {
  const one = members.length === 1
  const name = `"${memberName(members[0])}"`
  const begin = (text: string) => (startsSentence ? upperFirst(text) : text)
  if (kind === 'performance')
    return `${one ? narrowed(model, members[0]) : model} has performed worse than ${from({ baseline })} since ${since(members)} (${severity})`
  if (kind === 'expected_performance')
    return `${one ? narrowed(model, members[0]) : model} is expected to perform worse than ${from({ baseline })} since ${since(members)}, as estimated before labels arrive (${severity})`
  if (kind === 'concept')
    return `${begin('in')} ${model}, how the label relates to ${one ? name : `${members.length} columns`} has changed from ${from({ baseline })} since ${since(members)} (${severity})`
  const what = one
    ? `${begin(kindName(kind))} ${name} of ${model} has`
    : `${columns(members.length, kind)} of ${model} have`
  return `${what} drifted from ${from({ baseline })} since ${since(members)} (${severity})`
}

/** One sentence on a member's transition. */
export function memberSummary(reason: MemberReason, { model, kind, members }: SummaryInput): string {
  const [member] = members
  const name = `${upperFirst(kindName(kind))} "${memberName(member)}" of ${model}`
  switch (reason) {
    case 'pending':
      return sentence(
        `${name} is beyond its thresholds but not yet confirmed (${member.severity})${because(member)}`,
      )
    case 'firing':
      return sentence(
        `${name} has been firing since ${since(members)} (${member.severity})${because(member)}`,
      )
    case 'raised':
      return sentence(`${name} has become ${member.severity}${because(member)}`)
    case 'resolved':
      return sentence(`${name} has resolved${because(member)}`)
    case 'recomputed':
      return sentence(
        `${name} was reassessed when windows were recomputed (${member.severity} since ${since(members)})${because(member)}`,
      )
    case 'lapsed':
      return sentence(`${name} returned within its thresholds before it fired${because(member)}`)
  }
}

function resolvedSummary({ model, kind, windowEnd, members, baseline, retrained }: SummaryInput): string {
  const began = earliest(members)
  const lasted = `after ${lengthText(windowEnd.getTime() - began.getTime())} (it began ${formatInstant(began)})`
  if (kind === DATA_KIND) {
    const again = members.every(isError)
      ? `${model} is being checked again`
      : members.length > 1
        ? `The ${members.length} data problems of ${model} have ended`
        : `The data problem of ${model}${isColumnFinding(members[0].finding) ? ` with ${aboutData(members[0])}` : ''} has ended`
    return sentence(`${again} ${lasted}`)
  }
  const who = members.length === 1 ? `"${memberName(members[0])}"` : `all ${members.length} columns`
  const retraining = retrained?.(kind, began)
  const how = retraining === undefined ? '' : `; ${retraining}`
  return sentence(
    `The ${subject(kind)} of ${model} has ended for ${who} ${lasted}, compared with ${from({ baseline })}${how}`,
  )
}

function unwatchedSummary({ model, kind, windowEnd, members }: SummaryInput): string {
  const began = earliest(members)
  const lasted = lengthText(windowEnd.getTime() - began.getTime())
  return sentence(
    `The ${subject(kind)} of ${model} is no longer monitored, ${lasted} after it began (${formatInstant(began)}); it is not known whether it continues`,
  )
}

function dataSummary({ model, severity, members }: SummaryInput): string {
  const [worst] = members
  const what = isError(worst) ? 'not been checked' : `had ${problems(members)}`
  const most = members.length === 1 ? '' : `, first of all ${aboutData(worst)}`
  return sentence(`${model} has ${what} since ${since(members)} (${severity})${most}${because(worst)}`)
}

function problems(members: readonly AlertMember[]): string {
  if (members.length > 1) return `${members.length} data problems`
  const [one] = members
  return isColumnFinding(one.finding) ? `a problem with the data of ${aboutData(one)}` : 'a data problem'
}

const aboutData = (member: AlertMember) => `"${memberName(member)}"`

/** Whether a finding is that the monitor fails, which says nothing about the data. */
function isError({ column }: AlertMember): boolean {
  return column === ERROR_FINDING
}

const PLURAL: Record<string, string> = {
  feature: 'features',
  prediction: 'prediction columns',
  label: 'label columns',
}

function columns(count: number, kind: string): string {
  return `${count} ${PLURAL[kind] ?? `columns (${kindName(kind)})`}`
}

/** What was seen; only the effect if nothing else is known. */
function because({ explanation, effect }: AlertMember): string {
  if (explanation !== undefined) return `: ${clause(plain(explanation))}`
  return effect === undefined ? '' : `: effect ${effectText(effect)}`
}

function from({ baseline }: Pick<SummaryInput, 'baseline'>): string {
  return baseline === undefined ? 'the baseline' : plain(baseline)
}

function earliest(members: readonly AlertMember[]): Date {
  return new Date(Math.min(...members.map((member) => Date.parse(member.since))))
}

function since(members: readonly AlertMember[]): string {
  return formatInstant(earliest(members))
}

/** A sentence as it stands after a colon. */
function clause(text: string): string {
  const first = /^\p{Lu}(?=[\p{Ll} ])/u
  return text.replace(/\.$/, '').replace(first, (letter) => letter.toLowerCase())
}

function sentence(text: string): string {
  return `${text}.`
}

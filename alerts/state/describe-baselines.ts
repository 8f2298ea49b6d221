import type { Member } from '../../control/alerting/alert-event.ts'
import type { StepInput } from './step-input.ts'

/** More are not told one by one. */
const MAX_NAMES = 2

/** What members are compared with, in words, as it reads after "has drifted from"; undefined where it is not known. */
export function describeBaselines(
  members: readonly Pick<Member, 'version'>[],
  baselineOf: StepInput['baselineOf'],
): string | undefined {
  if (baselineOf === undefined) return undefined
  const names = [...new Set(members.map(({ version }) => baselineOf(version)))]
  return names.length <= MAX_NAMES ? names.join(' and ') : `${names.length} baselines`
}

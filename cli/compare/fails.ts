import { isBreach, type Verdict } from '../../domain/verdict.ts'
import { UnusableInput, type FailOn } from './options.ts'

/** Throws `UnusableInput` where what is to fail contradicts itself. */
export function checkFailOn(failOn: readonly FailOn[]): void {
  const severities = new Set(failOn.filter((what) => what !== 'quality'))
  if (severities.size > 1) throw new UnusableInput(`--fail-on takes one of ${[...severities].join(', ')}.`)
  if (failOn.includes('never') && failOn.includes('quality'))
    throw new UnusableInput('--fail-on never and --fail-on quality contradict each other.')
}

/** Whether what was found is to fail the command: any drift, unless only one of a severity, or none, is to. */
export function fails(
  { verdict, quality }: { verdict: Verdict; quality: { findings: readonly unknown[] } },
  failOn: readonly FailOn[] = [],
): boolean {
  if (failOn.includes('never')) return false
  if (failOn.includes('quality') && quality.findings.length > 0) return true
  return failOn.includes('critical') ? verdict === 'critical' : isBreach(verdict)
}

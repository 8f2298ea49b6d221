import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { LabelledProfile } from '../../store/labelled/labelled-profiles.ts'
import { labelPlaces } from '../../store/labelled/label-scale.ts'
import { windowStarts } from '../../domain/monitor-window.ts'
import { evaluateExtending } from './extend.ts'
import { columnSums, labelledCount, type LabelledWindows } from './labelled-windows.ts'
import { rounded, type Finding, type WindowRequest } from './run-request.ts'
import type { ConceptInput } from '../concept/cell.ts'
import { confirm } from '../concept/confirm.ts'
import { explainConcept } from '../concept/explain-concept.ts'
import { conceptWantsLongerWindow, judgeConcept, type ConceptRule } from '../concept/judge-concept.ts'

/** What the relation of labels is judged by: columns that decide, and features that say where it broke. */
export interface ConceptColumns {
  deciding: readonly BaselineColumn[]
  features: readonly BaselineColumn[]
}

/**
 * The scores decide, one of each class where there are several, else the predicted class or number. Features that are
 * called like one of them are left out: their results could not be told apart.
 */
export function conceptColumns(columns: readonly BaselineColumn[]): ConceptColumns {
  const scores = columns.filter(({ role }) => role === 'score')
  const deciding = scores.length > 0 ? scores : columns.filter(({ role }) => role === 'prediction')
  const taken = new Set(deciding.map(({ name }) => name))
  return { deciding, features: columns.filter(({ role, name }) => role === 'feature' && !taken.has(name)) }
}

/** Whether labels changed given each of the columns. */
export async function findConcept(
  { monitor, end }: WindowRequest,
  labelled: LabelledWindows,
  { deciding, features }: ConceptColumns,
  rule: ConceptRule,
): Promise<Finding[]> {
  const { scale } = labelled
  const findings = await evaluateExtending({
    starts: windowStarts(monitor, end),
    subjects: [...deciding, ...features],
    read: labelled.from,
    hasRows: ({ window }) => labelledCount(window) > 0,
    evaluate: (column, { baseline, window, hours }, start) => {
      const input: ConceptInput = {
        ordered: column.binning.kind === 'numeric',
        classes: scale.kind === 'classes' ? labelPlaces(scale) : undefined,
        baseline: columnSums(baseline, column, scale),
        window: columnSums(window, column, scale),
      }
      const judgement = judgeConcept(input, rule)
      const { verdict, reason, change } = judgement
      const outcome: Finding = {
        kind: 'concept',
        column: column.name,
        start,
        verdict,
        reason,
        explanation: explainConcept(judgement, { column: column.name, binning: column.binning, scale }, rule),
        effect: change?.effect,
        noiseFloor: change?.noiseFloor,
        statistics: change === undefined ? {} : { chi_square: change.statistic, coverage: change.coverage },
        evaluation: { ...judgement, scale },
        rule,
        inputs: input,
        hours,
        identity: { baseline: identityOf(input.baseline), window: identityOf(input.window) },
      }
      return { outcome, isShort: conceptWantsLongerWindow(judgement, input, rule) }
    },
  })
  return confirm(findings.slice(0, deciding.length), findings.slice(deciding.length))
}

function identityOf({ counts, squares }: LabelledProfile) {
  return [counts, rounded(squares)]
}

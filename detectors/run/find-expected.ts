import { sum } from '../../domain/sum.ts'
import { windowStart, windowStarts } from '../../domain/monitor-window.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import { expectedMetric } from '../../control/declared/performance-metric.ts'
import { labelScale } from '../../store/labelled/label-scale.ts'
import { readBaselineLabelledSegments } from '../../store/labelled/labelled-profiles.ts'
import { estimateColumns } from '../performance/estimate-window.ts'
import { collectInput, type ExpectedSource } from '../performance/expected/collect-input.ts'
import type { ExpectedInput } from '../performance/expected/expected-input.ts'
import { explainExpected } from '../performance/expected/explain-expected.ts'
import { expectedWantsLongerWindow, judgeExpected } from '../performance/expected/judge-expected.ts'
import type { PerformanceRule } from '../performance/judge-performance.ts'
import type { Comparison } from './comparisons.ts'
import type { DriftWindows } from './drift-windows.ts'
import { evaluateExtending } from './extend.ts'
import { undecidedFinding, type NoExpectation } from './find-undecided.ts'
import type { Finding, Reference, WindowRequest } from './run-request.ts'
import { comparedSlice, comparedSlices, readSlices, WHOLE, type Slice } from './slices.ts'

/**
 * What the baseline knows of errors, by slice, or why it knows nothing. These are always the labels of the stored
 * baseline: hours that a monitor compares with instead may not have theirs yet.
 */
export async function expectedSources(
  {
    store,
    model,
    monitor,
  }: Pick<WindowRequest, 'store' | 'model'> & { monitor: Pick<Monitor, 'performance'> },
  { baseline, columns }: Reference,
  slices: readonly Slice[],
): Promise<((slice: Slice) => ExpectedSource) | NoExpectation> {
  const label = columns.find(({ role }) => role === 'label')
  const labelled = await readSlices(comparedSlices([WHOLE, ...slices], 'training'), async ({ only }) => {
    const sums = await readBaselineLabelledSegments(store, baseline, only)
    if (model.task !== 'regression') return sums
    return [...sums, ...(await readBaselineLabelledSegments(store, baseline, only, 'bin_losses'))]
  })
  if (label === undefined || labelled(WHOLE).length === 0) return 'no_labels_in_baseline'
  const scale = labelScale(model.task, label.binning)
  const found = estimateColumns(model.task, columns, scale, labelled(WHOLE))
  if (typeof found === 'string') return found
  const metric = expectedMetric(model.task, monitor.performance?.metric)
  if (metric === 'accuracy' && found.prediction === undefined) return 'no_classes_in_baseline'
  return (slice) => ({ metric, columns: found, scale, labelled: labelled(comparedSlice(slice, 'training')) })
}

/** Whether the model is to be expected to do worse than on the baseline, by what it predicts, before labels come. */
export async function findExpected(
  request: WindowRequest,
  comparison: Comparison,
  windows: DriftWindows,
  rule: PerformanceRule,
): Promise<Finding[]> {
  const { model, monitor, end } = request
  const { slices } = comparison
  const sources = await expectedSources(request, comparison, slices)
  if (typeof sources === 'string') {
    const column = expectedMetric(model.task, monitor.performance?.metric)
    const member = { kind: 'expected_performance', column, start: windowStart(monitor, end) } as const
    // That of the whole model stands for all its parts.
    const told = slices.includes(WHOLE) ? [WHOLE] : slices
    return told.map((slice) => ({ ...undecidedFinding(member, sources), slice }))
  }
  const findings: Finding[] = []
  for (const slice of slices) {
    const source = sources(slice)
    const found = await evaluateExtending({
      starts: windowStarts(monitor, end),
      subjects: [source],
      read: windows(slice),
      hasRows: ({ window }) => sum(window(source.columns.score).counts) > 0,
      evaluate: (_, { baseline, window, hours }, start) => {
        const input = collectInput(source, baseline, window)
        const { finding, isShort } = toFinding(input, rule)
        return { outcome: { ...finding, start, hours, slice }, isShort }
      },
    })
    findings.push(...found)
  }
  return findings
}

function toFinding(
  input: ExpectedInput,
  rule: PerformanceRule,
): { finding: Omit<Finding, 'start'>; isShort: boolean } {
  const judgement = judgeExpected(input, rule)
  const { metric, verdict, reason, value, effect, noiseFloor } = judgement
  return {
    finding: {
      kind: 'expected_performance',
      column: metric,
      verdict,
      reason,
      explanation: explainExpected(judgement, rule),
      effect,
      noiseFloor,
      statistics: value === undefined ? {} : { [metric]: value.window },
      evaluation: judgement,
      rule,
      inputs: input,
      identity: { baseline: [input.rates.rows, input.baseline.rows], window: input.window.rows },
    },
    isShort: expectedWantsLongerWindow(judgement, rule),
  }
}

import type { Baseline } from '../../control/declared/baselines.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { countColumn } from '../../store/profiles/column-count.ts'
import type { Model } from '../../control/declared/model.ts'
import type { StoredResult } from '../../store/results/result-detail.ts'
import type { Store } from '../../store/engine/client.ts'
import { collectInput, type ExpectedSource, type ProfileOf } from '../performance/expected/collect-input.ts'
import type { ExpectedInput } from '../performance/expected/expected-input.ts'
import { driftWindows } from '../run/drift-windows.ts'
import { expectedSources } from '../run/find-expected.ts'
import { storedProfile } from '../run/stored-profile.ts'
import { checked, NO_COLUMN, NO_ROWS, NO_SEGMENT, type Check, type Reproduction } from './check.ts'
import { countedRows, type CountedRows } from './counted-rows.ts'
import { sumDifferences, type Difference } from './differences.ts'
import { neither, recountable } from './recountable.ts'

/** As `reproduce`, of expected performance, which is judged by scores and by what the baseline knows of errors. */
export async function reproduceExpected(
  store: Store,
  declared: Model | undefined,
  result: StoredResult,
): Promise<Reproduction> {
  const found = await recountable(store, declared, result)
  if (found.status === 'refused') return found.reproduction
  const { evaluation, model, baseline, columns } = found
  const input = result.inputs as ExpectedInput
  const slice = { segment: result.segment, version: result.version }
  const monitor = { performance: { metric: input.metric } }
  const sources = await expectedSources({ store, model, monitor }, { baseline, columns }, [slice])
  if (typeof sources === 'string') return neither(evaluation, NO_COLUMN)
  const source = sources(slice)
  const rows = await countedRows(store, model, result)
  const counted = (of: CountedRows | undefined) => of && countedProfiles(store, model, source, of)
  const own =
    result.baseline.hours === null
      ? await storedProfiles(store, model, baseline, result)
      : await counted(rows?.baseline)
  return {
    evaluation,
    window: compared(input.window, await counted(rows?.window), (of) => collectInput(source, of, of).window),
    baseline: compared(
      { rates: input.rates, baseline: input.baseline },
      own,
      (of) => {
        const { rates, baseline: side } = collectInput(source, of, of)
        return { rates, baseline: side }
      },
      result.baseline.hours === null && result.baseline.hash !== baseline.hash
        ? [{ what: 'hash', stored: result.baseline.hash, recomputed: baseline.hash }]
        : [],
    ),
  }
}

function compared(
  stored: object,
  profiles: ProfileOf | 'no_rows' | undefined,
  inputs: (of: ProfileOf) => object,
  renamed: Difference[] = [],
): Check {
  if (profiles === undefined) return NO_SEGMENT
  if (profiles === 'no_rows') return NO_ROWS
  return checked([...renamed, ...sumDifferences(stored, inputs(profiles))])
}

/** The rows themselves, counted anew. */
async function countedProfiles(
  store: Store,
  model: Model,
  { columns }: ExpectedSource,
  rows: CountedRows,
): Promise<ProfileOf | 'no_rows'> {
  const wanted = [columns.score, ...(columns.prediction === undefined ? [] : [columns.prediction])]
  const found = new Map<BaselineColumn, Awaited<ReturnType<typeof countColumn>>>()
  for (const column of wanted)
    found.set(column, await countColumn(store, { model: model.name, column, ...rows }))
  if ([...found.values()].every((profile) => profile === undefined)) return 'no_rows'
  return (column) => found.get(column) ?? storedProfile(undefined, column)
}

/** The baseline as it is stored. */
async function storedProfiles(
  store: Store,
  model: Model,
  baseline: Baseline,
  { segment, window_start, window_end }: StoredResult,
): Promise<ProfileOf> {
  const slice = { segment, version: '' }
  const request = {
    store,
    model,
    monitor: { baseline: 'training', timezone: 'UTC' } as const,
    end: new Date(window_end),
  }
  const sides = driftWindows(request, baseline, [slice], { withQuality: false })(slice)
  return (await sides(new Date(window_start))).baseline
}

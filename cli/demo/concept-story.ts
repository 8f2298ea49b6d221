import { VERDICT_RANK } from '../shared/verdict-rank.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { LabelScale } from '../../store/labelled/label-scale.ts'
import type { Result } from '../../store/results/results.ts'
import { brokenBins } from '../../detectors/concept/broken-bins.ts'
import type { ConceptJudgement } from '../../detectors/concept/judge-concept.ts'
import { slotLabel } from '../../detectors/concept/slot-label.ts'
import type { PerformanceJudgement } from '../../detectors/performance/judge-performance.ts'
import { breached, date, ICONS, percent, verdictOf } from './findings.ts'

/** Where it broke is told of so many places. */
const PLACES = 3

/** Where the hourly loss of the model became another one. */
export interface LossChange {
  /** Epoch milliseconds. */
  time: number
  direction: 'worse' | 'better'
}

/** Windows of a fortnight in which labels given the score differed, one after the other. */
type Episode = Result[]

/**
 * What moved though the inputs did not: when, given which origins and hours, and what it cost.
 * @param changes ascending
 */
export function conceptStory(
  results: readonly Result[],
  columns: readonly BaselineColumn[],
  changes: readonly LossChange[],
): string[] {
  const concept = results.filter(({ kind }) => kind === 'concept')
  const decided = concept.filter(({ column }) => column === 'score')
  const episodes = decided.reduce<Episode[]>((found, result, i) => {
    if (!breached(result)) return found
    return i > 0 && breached(decided[i - 1])
      ? [...found.slice(0, -1), [...found[found.length - 1], result]]
      : [...found, [result]]
  }, [])
  const lasting = episodes.filter(({ length }) => length > 1)
  return [
    `Concept drift in ${lasting.length} episodes: flights with the same score were late more or less often than in January.`,
    ...lasting.flatMap((episode) => [
      heading(episode),
      ...cost(results, episode, changes),
      ...['origin', 'hour'].flatMap((name) => places(concept, episode, name, columns)),
    ]),
  ]
}

const worst = (episode: Episode) => episode.reduce((a, b) => ((b.effect ?? 0) > (a.effect ?? 0) ? b : a))

function heading(episode: Episode): string {
  const peak = worst(episode)
  const gravest = episode.reduce((a, b) => (VERDICT_RANK[verdictOf(b)] > VERDICT_RANK[verdictOf(a)] ? b : a))
  const [from, to] = [episode[0], episode.at(-1)!].map(({ windowEnd }) => date(windowEnd.getTime()))
  return `  ${ICONS[verdictOf(gravest)]} found from ${from} to ${to}, strongest in the two weeks to ${date(peak.windowEnd.getTime())}: effect ${peak.effect!.toFixed(2)}`
}

/** Log loss of the same weeks, and the last time before their end that it changed for what it became. */
function cost(results: readonly Result[], episode: Episode, changes: readonly LossChange[]): string[] {
  const end = worst(episode).windowEnd
  const found = results.find(({ kind, windowEnd }) => kind === 'performance' && +windowEnd === +end)
  const { value, effect } = (found?.evaluation ?? {}) as Partial<PerformanceJudgement>
  if (value === undefined || effect === undefined) return []
  const direction = effect > 0 ? 'worse' : 'better'
  const began = changes.findLast(
    (change) =>
      change.direction === direction && change.time >= +episode[0].windowStart && change.time < +end,
  )
  const since =
    began === undefined ? '' : `, ${direction} since ${date(began.time)} according to Page–Hinkley`
  return [
    `      log loss ${value.baseline.toFixed(3)} to ${value.window.toFixed(3)}, ${percent(Math.abs(effect))} ${direction}${since}`,
  ]
}

/** The share of late flights, where it moved most. */
function places(
  concept: readonly Result[],
  episode: Episode,
  name: string,
  columns: readonly BaselineColumn[],
): string[] {
  const end = worst(episode).windowEnd.getTime()
  const result = concept.find(({ column, windowEnd }) => column === name && windowEnd.getTime() === end)
  const column = columns.find(({ role, name: own }) => role === 'feature' && own === name)
  const { change, scale } = (result?.evaluation ?? {}) as Partial<ConceptJudgement & { scale: LabelScale }>
  if (change === undefined || column === undefined || scale?.kind !== 'classes') return []
  const late = (rates: readonly number[]) => percent(rates[scale.classes.indexOf('late')])
  const broken = brokenBins(change)
    .slice(0, PLACES)
    .map(({ bin }) => `${slotLabel(column.binning, bin.slots)} ${late(bin.baseline)} to ${late(bin.window)}`)
  return broken.length === 0 ? [] : [`      late by ${name}: ${broken.join('; ')}`]
}

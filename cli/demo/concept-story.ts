import type { BaselineColumn } from '../../store/baselines.ts'
import type { LabelScale } from '../../store/label-scale.ts'
import type { Result } from '../../store/results.ts'
import { brokenBins } from '../../detectors/concept/broken-bins.ts'
import type { ConceptJudgement } from '../../detectors/concept/judge-concept.ts'
import { slotLabel } from '../../detectors/concept/slot-label.ts'
import type { PerformanceJudgement } from '../../detectors/performance/judge-performance.ts'
import { breached, date, ICONS, percent, RANK, verdictOf } from './findings.ts'

/** Where it broke is told of so many places. */
const PLACES = 3

/** Windows of a fortnight in which labels given the score differed, one after the other. */
type Episode = Result[]

/**
 * What moved though the inputs did not: when, given which origins and hours, and what it cost.
 * @param changes when the model's hourly loss changed, epoch milliseconds, ascending
 */
export function conceptStory(
  results: readonly Result[],
  columns: readonly BaselineColumn[],
  changes: readonly number[],
): string[] {
  const concept = results.filter(({ kind }) => kind === 'concept')
  const decided = concept.filter(({ column }) => column === 'score')
  const episodes = decided.reduce<Episode[]>((found, result, i) => {
    if (!breached(result)) return found
    return i > 0 && breached(decided[i - 1])
      ? [...found.slice(0, -1), [...found[found.length - 1], result]]
      : [...found, [result]]
  }, [])
  const told = episodes.filter(({ length }) => length > 1)
  return [
    `Concept drift in ${told.length} episodes: flights of the same score were late more often, or less, than in January.`,
    ...told.flatMap((episode) => [
      heading(episode, changes),
      ...cost(results, episode),
      ...['origin', 'hour'].flatMap((name) => places(concept, episode, name, columns)),
    ]),
  ]
}

const worst = (episode: Episode) => episode.reduce((a, b) => ((b.effect ?? 0) > (a.effect ?? 0) ? b : a))

function heading(episode: Episode, changes: readonly number[]): string {
  const peak = worst(episode)
  const gravest = episode.reduce((a, b) => (RANK[verdictOf(b)] > RANK[verdictOf(a)] ? b : a))
  const began = changes.filter(
    (time) => time >= episode[0].windowStart.getTime() && time < episode[0].windowEnd.getTime(),
  )
  const since = began.length === 0 ? '' : `, begun about ${new Date(began[0]).toISOString().slice(0, 13)} h`
  const [from, to] = [episode[0], episode.at(-1)!].map(({ windowEnd }) => date(windowEnd.getTime()))
  return (
    `  ${ICONS[verdictOf(gravest)]} ${from} to ${to}${since}. Two weeks to ${date(peak.windowEnd.getTime())}: ` +
    `effect ${peak.effect!.toFixed(2)}`
  )
}

/** Log loss of the same weeks. */
function cost(results: readonly Result[], episode: Episode): string[] {
  const end = worst(episode).windowEnd.getTime()
  const found = results.find(({ kind, windowEnd }) => kind === 'performance' && windowEnd.getTime() === end)
  const { value, effect } = (found?.evaluation ?? {}) as Partial<PerformanceJudgement>
  if (value === undefined || effect === undefined) return []
  const share = percent(Math.abs(effect))
  const words = effect > 0 ? `${share} worse` : `${share} better, it cost nothing`
  return [`      log loss ${value.baseline.toFixed(3)} to ${value.window.toFixed(3)}: ${words}`]
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

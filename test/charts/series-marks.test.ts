import { describe, expect, it } from 'vitest'
import type { SeriesPoint } from '../../charts/data.ts'
import { pointMarks } from '../../charts/series-marks.ts'
import type { Verdict } from '../../domain/verdict.ts'

const DAY = 86_400_000
const point = (i: number, value: number | null, verdict: Verdict): SeriesPoint => ({
  windowEnd: new Date(i * DAY).toISOString(),
  value,
  noiseFloor: null,
  verdict,
})
const marked = (points: SeriesPoint[]) => {
  const { data } = pointMarks({ statistic: 'PSI', of: 'distance', points, theme: 'light', width: 700 }, [])
  return (data as { value: [time: number, value: number] }[]).map(({ value }) => value)
}

describe('marks of breaches', () => {
  it('stand at each where there is room', () => {
    const points = [point(0, 0.1, 'ok'), point(1, 0.3, 'critical'), point(2, 0.4, 'critical')]
    expect(marked(points)).toEqual([[DAY, 0.3], [2 * DAY, 0.4]]) // prettier-ignore
  })

  it('stand at the highest of those that lie close together, of each verdict and on either side of a gap', () => {
    const calm = Array.from({ length: 300 }, (_, i) => point(i, 0.1, 'ok'))
    const days = [
      [0.3, 0.31, 0.5, 0.3].map((value): [number, Verdict] => [value, 'critical']),
      [0.2, 0.22].map((value): [number, Verdict] => [value, 'warning']),
      [[null, 'warning'], [0.21, 'warning']] as [number | null, Verdict][], // prettier-ignore
    ].flat()
    const busy = days.map(([value, verdict], i) => point(300 + i, value, verdict))
    expect(marked([...calm, ...busy]).map(([, value]) => value)).toEqual([0.5, 0.22, 0.21])
  })
})

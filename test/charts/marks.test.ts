import { describe, expect, it } from 'vitest'
import { eventLines, eventSeries, eventsOf, eventsOnAxis, type ChartEvent } from '../../charts/events.ts'
import { heatmapHeight, heatmapOption } from '../../charts/heatmap/heatmap.ts'
import { palette } from '../../charts/theme.ts'
import { volumeOption, volumeTooltip } from '../../charts/volume.ts'

const time = (hour: number) => Date.UTC(2001, 3, 1) + hour * 3_600_000
const at = (hour: number) => new Date(time(hour)).toISOString()
const note = (hour: number, label = 'note'): ChartEvent => ({ kind: 'note', at: at(hour), label })
const band = (from: number, until: number): ChartEvent => ({ kind: 'holiday', at: at(from), until: at(until), label: 'Easter' }) // prettier-ignore
const times = [0, 1, 2, 3].map(time)

describe('marks over time', () => {
  it('are those on the axis, those that reach into it, and those in the step that the last time begins', () => {
    const events = [note(-1), note(0), note(3.5), note(4), band(-5, 0), band(-5, -1), band(3, 9), band(-9, 9)]
    expect(eventsOnAxis(events, times, undefined)).toEqual([
      events[1],
      events[2],
      events[4],
      events[6],
      events[7],
    ])
    expect(eventsOnAxis(events, [], undefined)).toEqual([])
    expect(eventsOnAxis(events, times, { from: at(-2), to: at(3.5) })).toEqual([
      ...events.slice(0, 3),
      ...events.slice(4),
    ])
  })

  it('are told at the nearest time, and a band at each that it covers', () => {
    const events = [note(1.4), band(1, 2.2)]
    expect(times.map((one) => eventsOf({ events }, times, one).map(({ kind }) => kind))).toEqual([
      [],
      ['note', 'holiday'],
      ['holiday'],
      [],
    ])
  })

  it('have bands that end with the axis, and one mark each', () => {
    const series = eventSeries({ theme: 'light' }, [band(-5, 2), band(1, 99)], 1, [time(0), time(3)])
    expect(series.markArea!.data).toEqual([
      [{ xAxis: time(0) }, { xAxis: time(2) }],
      [{ xAxis: time(1) }, { xAxis: time(3) }],
    ])
    expect((series.data as { value: number[] }[]).map(({ value }) => value[0])).toEqual([time(0), time(1)])
  })

  it('never write one text over another: those without room are told by the tooltip alone', () => {
    // The first has the second on its right, and the end of the lane on its left.
    const events = [note(0.1, 'a first deployment'), note(0.4, 'one right after it'), band(2, 3), note(2.1, 'within it')] // prettier-ignore
    const { data } = eventSeries({ theme: 'light', width: 720 }, events, 1, [time(0), time(3)])
    const labels = (data as { label: { show: boolean } }[]).map(({ label }) => label.show)
    expect(labels).toEqual([false, true, true, true])
  })

  it('are one mark with their number where they would cover each other, and the tooltip lists all of them', () => {
    const events = [note(2.05, 'third'), note(2, 'first'), note(2.01, 'second'), note(1, 'apart')]
    const { data } = eventSeries({ theme: 'light', width: 600 }, events, 1, [time(0), time(3)])
    const marks = data as { value: number[]; label: { position: string; formatter: () => string } }[]
    expect(marks.map(({ value, label }) => [value[0], label.formatter()])).toEqual([
      [time(1), 'apart'],
      [time(2), '3'],
    ])
    expect(marks[1].label.position).toBe('inside')
    // The nearest times of the three differ, as time steps are smaller than the mark.
    const minutes = Array.from({ length: 181 }, (_, i) => time(i / 60))
    for (const one of [events[0], events[1]])
      expect(eventsOf({ events, width: 600 }, minutes, Date.parse(one.at)).map(({ label }) => label)).toEqual(
        ['third', 'first', 'second'],
      )
  })

  it('are cut to a few lines in a tooltip, which says how many more there are', () => {
    const lines = eventLines(Array.from({ length: 12 }, (_, i) => note(i)))
    expect(lines).toHaveLength(8)
    expect(lines.at(-1)).toBe('and 5 more, listed below the chart')
  })

  it('are told apart in the dark too, where a symbol without a filling must not look filled', () => {
    const { data } = eventSeries({ theme: 'dark' }, [note(1)], 1, [time(0), time(3)])
    const [{ symbol, itemStyle }] = data as { symbol: string; itemStyle: Record<string, unknown> }[]
    const { surface, text } = palette('dark')
    expect(symbol).toBe('triangle')
    expect(itemStyle).toMatchObject({ color: surface, borderColor: text })
  })

  it('stand above the volume, which has room for them only then', () => {
    const points = [0, 1, 2].map((hour) => ({ time: at(hour), predictions: 90, labels: 9, deadLetters: 0 }))
    const topOf = (events: ChartEvent[]) =>
      (volumeOption({ theme: 'light', points, events }).grid as { top: number }[])[0].top
    expect(topOf([note(1)])).toBeGreaterThan(topOf([]))
    expect(volumeTooltip({ points, events: [note(1, '{x|4}')] }, time(1))).toContain('note: {\u2060x|4}')
  })

  it('stand above a heatmap, whose colours no band changes', () => {
    const option = heatmapOption({
      theme: 'light',
      windowEnds: [at(1), at(2)],
      rows: [{ label: 'x', kind: 'feature', verdicts: ['ok', 'ok'], effects: [0, 0] }],
      thresholds: { warning: 0.1, critical: 0.2 },
      events: [band(1, 2)],
    })
    const marks = (
      option.series as {
        name?: string
        data: unknown[]
        markArea?: unknown
        markLine?: { data: unknown[] }
      }[]
    ).find(({ name }) => name === 'events')!
    expect(marks.markArea).toBeUndefined()
    expect(marks.markLine!.data).toHaveLength(2)
    expect(marks.data).toHaveLength(1)
    expect(heatmapHeight(1, [band(1, 2)])).toBeGreaterThan(heatmapHeight(1))
  })
})

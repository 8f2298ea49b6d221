import { labelsLeftOut } from '../../charts/answers/labels-left-out.ts'
import { performanceData } from '../../charts/answers/performance.ts'
import { formatCount, formatPercent } from '../../charts/format.ts'
import { PERFORMANCE_HEIGHT, performanceOption } from '../../charts/performance.ts'
import { performanceSummary } from '../../charts/performance-words.ts'
import { volumeSummary } from '../../charts/summary.ts'
import { VOLUME_HEIGHT, volumeOption } from '../../charts/volume.ts'
import { statisticName } from '../../domain/words/wording.ts'
import { chartSvg } from '../html/chart.ts'
import { html, type Html } from '../html/html.ts'
import { facts, nothing, section } from '../html/parts.ts'
import { table } from '../html/table.ts'
import { eventsOf, volumeData } from './charts.ts'
import type { Answer, ModelReport } from './data.ts'
import { figure, unavailable } from './figure.ts'
import { metricWords } from './words.ts'

const WIDE = 940

/** How well the model did, and how much it was asked. */
export function performanceSections(report: ModelReport): Html[] {
  const { performance, volume } = report
  return [
    section({
      title: 'Performance',
      id: 'performance',
      body:
        performance.status === 'ready'
          ? measured(report, performance.data)
          : unavailable('Performance', performance.reason),
    }),
    section({
      title: 'Volume',
      id: 'volume',
      body: volume.status === 'ready' ? counted(report, volume.data) : unavailable('Volume', volume.reason),
    }),
  ]
}

function measured(report: ModelReport, performance: Answer<'getPerformance'>): Html {
  const { total, no_estimate } = performance
  if (total.predictions === 0) return nothing('There are no predictions in the period.')
  const why =
    no_estimate === null
      ? ''
      : ` Performance before labels cannot be estimated: ${no_estimate.replaceAll('_', ' ')}.`
  if (total.labelled === 0 && total.estimate === null)
    return nothing(
      `None of ${formatCount(total.predictions)} predictions has its label yet, so nothing can be measured.${why}`,
    )
  const data = performanceData(performance, performance.primary)
  const chart = chartSvg(
    {
      build: (look) => performanceOption({ ...data, ...look, range: report, events: eventsOf(report) }),
      width: WIDE,
      height: PERFORMANCE_HEIGHT,
      summary: performanceSummary(data),
    },
    'performance',
  )
  return html`<div class="card">
    ${figure(chart, performanceSummary(data) + why, true)}${metrics(performance)}
  </div>`
}

type MetricName = Answer<'getPerformance'>['primary']

function metrics({ baseline, total, primary }: Answer<'getPerformance'>): Html {
  const names = [
    ...new Set([primary, ...Object.keys(baseline.metrics), ...Object.keys(total.metrics)]),
  ] as MetricName[]
  return html`${facts([
    ['Predictions', formatCount(total.predictions)],
    ['With a label', `${formatCount(total.labelled)} (${formatPercent(total.coverage)})`],
    ['Baseline', `${baseline.version}, ${formatCount(baseline.labelled)} labelled rows`],
  ])}${table(
    'Metrics over the whole period',
    [
      {
        title: 'Metric',
        isName: true,
        cell: (one) =>
          html`${statisticName(one)}${one === primary && html` <span class="soft">decides</span>`}`,
      },
      { title: 'Baseline', kind: 'number', cell: (one) => metricWords(baseline.metrics[one]) },
      { title: 'Period', kind: 'number', cell: (one) => metricWords(total.metrics[one]) },
      {
        title: 'Expected before labels',
        kind: 'number',
        cell: (one) => metricWords(valueOf(total.estimate?.[one])),
      },
    ],
    names,
  )}`
}

const valueOf = (value: number | undefined) => (value === undefined ? undefined : { value })

function counted(report: ModelReport, volume: Answer<'getVolume'>): Html {
  const data = volumeData(volume)
  if (data.points.every(({ predictions, labels, deadLetters }) => predictions + labels + deadLetters === 0))
    return nothing('Nothing arrived in the period.')
  const chart = chartSvg(
    {
      build: (look) => volumeOption({ ...data, ...look, range: report }),
      width: WIDE,
      height: VOLUME_HEIGHT,
      summary: volumeSummary(data),
    },
    'volume',
  )
  return html`<div class="card">
    ${figure(chart, [volumeSummary(data), ...labelsLeftOut(volume)].join(' '), true)}
  </div>`
}

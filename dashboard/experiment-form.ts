import { Document, isCollection, isMap, isSeq } from 'yaml'
import { metricsOf, type ExperimentMetric } from '../domain/experiment.ts'
import type { z } from 'zod'
import type { Routes } from '../api/contract/routes.ts'

/** The form as it is typed. */
export interface ExperimentForm {
  name: string
  model: string
  champion: string
  challenger: string
  design: 'paired' | 'split'
  metric: ExperimentMetric
  margin: string
  min_rows: string
  min_hours: string
  duration: string
  label_delay: string
  channels: string[]
}

export type Declaration = z.input<Routes['declareExperiment']['body']>
type Task = z.output<Routes['getModel']['answers'][200]>['task']
type Version = z.output<Routes['listSegments']['answers'][200]>['versions'][number]

/** Whether all its rows are shadow traffic. */
export const isShadow = ({ rows, shadow }: Version) => shadow === rows

/** What the form begins with: the version with the most served rows against the next one, on the first metric. */
export function formFor(model: string, task: Task, versions: readonly Version[]): ExperimentForm {
  const champion = versions.find((one) => !isShadow(one))
  const challenger = versions.find((one) => one !== champion)
  return {
    name: '',
    model,
    champion: champion?.version ?? '',
    challenger: challenger?.version ?? '',
    design: challenger === undefined || isShadow(challenger) ? 'paired' : 'split',
    metric: metricsOf(task)[0],
    margin: '',
    min_rows: '500',
    min_hours: '24',
    duration: '28d',
    label_delay: '',
    channels: [],
  }
}

const numberOf = (text: string): number | undefined => {
  const value = text.trim() === '' ? NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** What is declared, or what is wrong by field. The API checks the rest. */
export function readExperiment(form: ExperimentForm): {
  declaration?: Declaration
  problems: Record<string, string>
} {
  const { margin, min_rows, min_hours, label_delay, duration, channels, ...rest } = form
  const problems: Record<string, string> = {}
  for (const field of ['name', 'champion', 'challenger', 'duration'] as const)
    if (form[field].trim() === '') problems[field] = 'is required'
  const numbers = { margin: numberOf(margin), min_rows: numberOf(min_rows), min_hours: numberOf(min_hours) }
  for (const [field, value] of Object.entries(numbers))
    if (value === undefined && !(field === 'margin' && margin.trim() === '')) problems[field] = 'is no number'
  if (form.champion !== '' && form.champion === form.challenger)
    problems.challenger = 'is the champion as well'
  if (Object.keys(problems).length > 0) return { problems }
  const declaration: Declaration = {
    ...rest,
    name: form.name.trim(),
    ...(numbers.margin !== undefined && { margin: numbers.margin }),
    min_rows: numbers.min_rows!,
    min_hours: numbers.min_hours!,
    duration: duration.trim(),
    ...(label_delay.trim() !== '' && { label_delay: label_delay.trim() }),
    ...(channels.length > 0 && { channels }),
  }
  return { declaration, problems }
}

/** As it stands in the YAML file. */
export function experimentYaml(declaration: Declaration): string {
  const document = new Document({ experiments: [declaration] })
  const all = document.get('experiments')
  for (const one of isSeq(all) ? all.items : [])
    for (const { value } of isMap(one) ? one.items : []) if (isCollection(value)) value.flow = true
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

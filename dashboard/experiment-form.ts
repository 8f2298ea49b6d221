import {
  DEFAULT_ALPHA,
  DEFAULT_MIN_HOURS,
  DEFAULT_MIN_ROWS,
  metricsOf,
  type ExperimentMetric,
} from '../domain/experiment.ts'
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
  alpha: string
  min_rows: string
  min_hours: string
  from: string
  duration: string
  label_delay: string
  channels: string[]
}

export type Declaration = z.input<Routes['declareExperiment']['body']>
type StoredExperiment = z.output<Routes['getExperiment']['answers'][200]>
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
    alpha: String(DEFAULT_ALPHA),
    min_rows: String(DEFAULT_MIN_ROWS),
    min_hours: String(DEFAULT_MIN_HOURS),
    from: '',
    duration: '28d',
    label_delay: '',
    channels: [],
  }
}

/** The form of an experiment as it is declared. */
export function formOf(declared: StoredExperiment): ExperimentForm {
  const { name, model, champion, challenger, design, metric, channels, duration } = declared
  const text = (value: number | string | undefined) => (value === undefined ? '' : String(value))
  return {
    name,
    model,
    champion,
    challenger,
    design,
    metric,
    margin: text(declared.margin),
    alpha: text(declared.alpha),
    min_rows: text(declared.min_rows),
    min_hours: text(declared.min_hours),
    from: text(declared.from),
    duration: text(duration),
    label_delay: text(declared.label_delay),
    channels: [...channels],
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
  const { margin, alpha, min_rows, min_hours, from, label_delay, duration, channels, ...rest } = form
  const problems: Record<string, string> = {}
  for (const field of ['name', 'champion', 'challenger', 'duration'] as const)
    if (form[field].trim() === '') problems[field] = 'is required'
  const numbers = {
    margin: numberOf(margin),
    alpha: numberOf(alpha),
    min_rows: numberOf(min_rows),
    min_hours: numberOf(min_hours),
  }
  for (const [field, value] of Object.entries(numbers))
    if (value === undefined && !(field === 'margin' && margin.trim() === ''))
      problems[field] = 'is not a number'
  if (form.champion !== '' && form.champion === form.challenger) problems.challenger = 'is also the champion'
  if (Object.keys(problems).length > 0) return { problems }
  const declaration: Declaration = {
    ...rest,
    name: form.name.trim(),
    ...(numbers.margin !== undefined && { margin: numbers.margin }),
    alpha: numbers.alpha!,
    min_rows: numbers.min_rows!,
    min_hours: numbers.min_hours!,
    ...(from.trim() !== '' && { from: from.trim() }),
    duration: duration.trim(),
    ...(label_delay.trim() !== '' && { label_delay: label_delay.trim() }),
    ...(channels.length > 0 && { channels }),
  }
  return { declaration, problems }
}

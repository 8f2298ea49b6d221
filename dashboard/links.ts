import { columnOfFinding, DATA_ANCHOR, isColumnFinding } from '../domain/data-finding.ts'
import type { Kind } from './declare/declaration.ts'
import { navigate, p } from './navigation.ts'

export const modelLink = (model: string) =>
  p('/models/:model', { params: { model: encodeURIComponent(model) } })

/** The page on which a model is set up, step by step. */
export const setupLink = (model: string) =>
  p('/models/:model/setup', { params: { model: encodeURIComponent(model) } })

/** The page of a model's baselines. */
export const baselinesLink = (model: string) =>
  p('/models/:model/baselines', { params: { model: encodeURIComponent(model) } })

/** The page of a model's features and their constraints. */
export const featuresLink = (model: string) =>
  p('/models/:model/features', { params: { model: encodeURIComponent(model) } })

export const experimentLink = (experiment: string) =>
  p('/experiments/:experiment', { params: { experiment: encodeURIComponent(experiment) } })

/** The form that declares an experiment. Apart from the experiments, one of which may be called `new`. */
export const newExperimentLink = (model?: string) =>
  model === undefined ? p('/new-experiment') : p('/new-experiment', { search: { model } })

/** The form that changes an experiment. */
export const editExperimentLink = (experiment: string) => p('/new-experiment', { search: { experiment } })

export const sourceLink = (source: string) =>
  p('/sources/:source', { params: { source: encodeURIComponent(source) } })

/** The form of a new declaration, for a model where one is given. */
export const newLink = (kind: Kind, model?: string) =>
  p('/declare/:kind', { params: { kind }, ...(model !== undefined && { search: { model } }) })

/** The form that changes a declaration. */
export const editLink = (kind: Kind, name: string) =>
  p('/declare/:kind/:name', { params: { kind, name: encodeURIComponent(name) } })

/** Where Kafka topics are listed. */
export const topicsLink = () => p('/settings', { hash: TOPICS_ANCHOR })
export const TOPICS_ANCHOR = 'topics'

/** The form that declares a topic which the brokers have. */
export const newTopicLink = (topic: string) =>
  p('/declare/:kind', { params: { kind: 'topic' satisfies Kind }, search: { topic } })

export const alertLink = (alert: string) => p('/alerts/:alert', { params: { alert } })

export const incidentLink = (incident: string) => p('/incidents/:incident', { params: { incident } })

/** Names a column; `kind` tells a feature called `prediction` from the prediction itself. */
export interface ColumnAddress {
  model: string
  kind: string
  column: string
  segment?: string | undefined
  version?: string | undefined
  monitor?: string | undefined
  /** End of the window to show, ISO 8601, or `worst`. */
  at?: string | undefined
  from?: string | undefined
  to?: string | undefined
  /** What is wrong with its data there; the link leads to the panel that shows it. */
  finding?: string | undefined
}

/** A column's page, at a window and over a period where they are given. What an address has besides is left out. */
export function columnLink(address: ColumnAddress): string {
  const { model, column, kind, segment, version, monitor, at, from, to, finding } = address
  const params = { model: encodeURIComponent(model), column: encodeURIComponent(column) }
  const hash = finding === undefined ? {} : { hash: DATA_ANCHOR }
  const search = given({ kind, segment, version, monitor, at, from, to, finding })
  return p('/models/:model/columns/:column', { params, search, ...hash })
}

/** Where a finding about the data is shown: on its column's page or, if it is about all data, on the model's. */
export function findingLink({
  model,
  monitor,
  column,
  finding,
  at,
  from,
  to,
}: Pick<ColumnAddress, 'model' | 'monitor' | 'column' | 'finding' | 'at' | 'from' | 'to'>): string {
  if (isColumnFinding(finding))
    return columnLink({ model, monitor, ...columnOfFinding(column), finding, at, from, to })
  return p('/models/:model', {
    params: { model: encodeURIComponent(model) },
    search: given({ monitor, from, to }),
    hash: DATA_ANCHOR,
  })
}

/** The page that compares the parts of a model by one column. */
export function compareLink({
  model,
  ...rest
}: Pick<ColumnAddress, 'model' | 'monitor' | 'at'> &
  Partial<Pick<ColumnAddress, 'kind' | 'column'>>): string {
  return p('/models/:model/compare', { params: { model: encodeURIComponent(model) }, search: given(rest) })
}

const given = (values: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  )

/** Goes to what one of the functions above made. */
export function goTo(href: string): void {
  const { pathname, search, hash } = new URL(href, location.origin)
  void navigate(pathname as '/', { search, hash })
}

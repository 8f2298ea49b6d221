import type { ModelOverview } from '../standing.ts'

/** What the overview is narrowed to, and its order. */
export interface OverviewChoice {
  /** Part of a name, in any case. */
  text: string
  status: StatusChoice | undefined
  owner: string | undefined
  sort: Sort
}

/** Groups of states that one looks for. */
export const STATUS_CHOICES = {
  firing: 'firing',
  critical: 'critical',
  warning: 'warning',
  unknown: 'no verdict',
  setup: 'not set up',
  fine: 'stable',
} as const
export type StatusChoice = keyof typeof STATUS_CHOICES

export const SORTS = {
  severity: 'most severe first',
  name: 'name',
  drifted: 'most columns drifted',
  traffic: 'most predictions',
} as const
export type Sort = keyof typeof SORTS

function hasStatus({ firing, status, state }: ModelOverview, wanted: StatusChoice): boolean {
  switch (wanted) {
    case 'firing':
      return firing.length > 0
    case 'critical':
    case 'warning':
      return status === wanted
    case 'unknown':
      return status === 'no_data' || status === 'error' || status === 'insufficient_data'
    case 'setup':
      return state !== 'evaluated'
    case 'fine':
      return status === 'ok'
  }
}

/** The models that are looked for, in order; those of the service come most severe first. */
export function shownModels(
  models: readonly ModelOverview[],
  { text, status, owner, sort }: OverviewChoice,
  owners: ReadonlyMap<string, readonly string[]>,
): ModelOverview[] {
  const wanted = text.trim().toLowerCase()
  const found = models.filter(
    (one) =>
      one.model.toLowerCase().includes(wanted) &&
      (status === undefined || hasStatus(one, status)) &&
      (owner === undefined || owners.get(one.model)?.includes(owner) === true),
  )
  switch (sort) {
    case 'severity':
      return found
    case 'name':
      return found.toSorted((a, b) => a.model.localeCompare(b.model, 'en', { numeric: true }))
    case 'drifted':
      return found.toSorted((a, b) => b.drifted.columns - a.drifted.columns)
    case 'traffic':
      return found.toSorted((a, b) => b.predictions.last_24h - a.predictions.last_24h)
  }
}

/** Whoever is named for any kind of alert of a model, by model. */
export function ownersOf(
  models: readonly { name: string; owners?: Readonly<Record<string, string | undefined>> | undefined }[],
): Map<string, string[]> {
  return new Map(
    models.map(({ name, owners = {} }) => [
      name,
      [...new Set(Object.values(owners).filter((one) => one !== undefined))],
    ]),
  )
}

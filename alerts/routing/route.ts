import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import type { AlertRoute } from '../../control/declared/alert-route.ts'
import { globMatches } from '../muting/glob.ts'
import { compareSeverity } from '../../domain/severity.ts'

type Routed = Pick<AlertEvent, 'model' | 'kind' | 'owner' | 'severity' | 'status' | 'channels'>

/**
 * The channels that are to be told of an event, once each: those of its monitor, and of every route that matches.
 * Pure. A resolution goes to whoever was to be told while it fired, however mild it has become and whatever the
 * routes are by now.
 *
 * @param told the channels of the alert's events since it began to fire
 */
export function channelsFor(
  event: Routed,
  routes: readonly AlertRoute[],
  earlier: readonly string[],
): string[] {
  if (event.status === 'resolved') return [...new Set([...event.channels, ...earlier])]
  const matching = routes.filter(({ match }) => matches(match, event))
  return [...new Set([...event.channels, ...matching.flatMap(({ channels }) => channels)])]
}

function matches({ models, kinds, owners, severity }: AlertRoute['match'], event: Routed): boolean {
  const { owner } = event
  return (
    (models === undefined || models.some((pattern) => globMatches(pattern, event.model))) &&
    (kinds === undefined || kinds.some((kind) => kind === event.kind)) &&
    (owners === undefined ||
      (owner !== undefined && owners.some((pattern) => globMatches(pattern, owner)))) &&
    compareSeverity(event.severity, severity) >= 0
  )
}

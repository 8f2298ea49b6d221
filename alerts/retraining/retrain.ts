import type { Store } from '../../store/engine/client.ts'
import {
  findRetrain,
  listRetrains,
  type RetrainFilter,
  type RetrainRequest,
  type StoredRetrain,
} from '../../control/alerting/retrains.ts'
import { effective, retrainStateAfter, type RetrainState } from '../../control/alerting/retrain-state.ts'
import { grow } from './grow.ts'

/** A request with the evidence of all its alerts, what happened to it, and where it stands. */
export interface Retrain extends StoredRetrain {
  state: RetrainState
  /** Ids of all events of alerts that have ever asked for it. */
  askedBy: ReadonlySet<string>
}

/** Requests that concern a monitor, a kind of drift or an alert's event, newest first. */
export async function readRetrains(store: Store, filter: RetrainFilter = {}): Promise<Retrain[]> {
  const { id, model, monitor, kind, alert } = filter
  return (await listRetrains(store.control, { id, model }))
    .flatMap(standing)
    .filter(
      ({ request, askedBy }) =>
        (monitor === undefined || of(request, 'monitor').includes(monitor)) &&
        (kind === undefined || of(request, 'kind').includes(kind)) &&
        (alert === undefined || askedBy.has(alert)),
    )
}

const of = ({ evidence, ...request }: RetrainRequest, field: 'monitor' | 'kind') => [
  request[field],
  ...evidence.alerts.map((alert) => alert[field]),
]

export async function readRetrain(store: Store, id: string): Promise<Retrain | undefined> {
  const found = await findRetrain(store.control, id)
  return found && standing(found)[0]
}

/** Nothing of a request whose first event was not written: a crash came between, and it is made again. */
function standing({ request, events }: StoredRetrain): Retrain[] {
  const state = retrainStateAfter(events)
  if (state === undefined) return []
  const joined = effective(events).flatMap(({ evidence }) => evidence ?? [])
  const askedBy = new Set([request.evidence, ...joined].flatMap(({ alerts }) => alerts.map(({ id }) => id)))
  return [{ request: grown(request, joined), events, state, askedBy }]
}

function grown(request: RetrainRequest, joined: readonly RetrainRequest['evidence'][]): RetrainRequest {
  const evidence = joined.reduce(grow, request.evidence)
  if (request.alert === undefined || joined.length === 0) return { ...request, evidence }
  const [{ kind, id }] = evidence.alerts
  return { ...request, evidence, kind, alert: id }
}

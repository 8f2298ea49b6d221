import { findAlertEvents } from '../../../control/alerting/alert-events.ts'
import { firstEventIds } from '../../../control/alerting/alert-episode.ts'
import type { Control } from '../../../control/database/control.ts'
import { readEpisodes, type Episode } from '../../../control/incidents/episodes.ts'
import { incidentsOfAlerts } from '../../../control/incidents/incident-alerts.ts'
import { notDeclared, Problem } from '../../problem.ts'

/**
 * The alerts that events belong to, by their ids; refuses what is no event of an alert, and an alert that is in another
 * incident than `own`.
 */
export async function chosenAlerts(
  control: Control,
  ids: readonly string[],
  own?: string,
): Promise<Episode[]> {
  const events = await findAlertEvents(control, ids)
  const known = new Set(events.filter(({ scope }) => scope === 'alert').map(({ id }) => id))
  notDeclared(
    ids.flatMap((id, i) =>
      known.has(id) ? [] : [{ path: `alerts.${i}`, message: `there is no alert ${id}` }],
    ),
  )
  const firsts = [...new Set((await firstEventIds(control, ids)).values())]
  const taken = await incidentsOfAlerts(control, firsts)
  const episodes = [...(await readEpisodes(control, firsts)).values()]
  for (const { alert, monitor, kind } of episodes) {
    const other = taken.get(alert)
    if (other === undefined || other.id === own) continue
    throw new Problem(
      409,
      'Conflict',
      `The alert of "${monitor}" on ${kind} is in the incident "${other.title}" (${other.id}) already. Take it out there first, or add to that incident.`,
    )
  }
  return episodes
}

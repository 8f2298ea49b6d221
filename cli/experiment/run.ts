import type { z } from 'zod'
import type { experimentAnswer, experimentRoutes } from '../../api/contract/versions/experiments.ts'
import type { Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import { say, sayJson } from '../shared/print.ts'
import { printable } from '../shared/text.ts'

type Experiment = z.output<typeof experimentAnswer>
type Coverage = z.output<(typeof experimentRoutes.getExperimentSequence.answers)[200]>['coverage']

/** Prints experiments, a line each. */
export async function list(api: Api, { model, json }: { model?: string; json: boolean }): Promise<void> {
  const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`
  const found = await listAll<Experiment>(api, `/experiments${query}`, 'experiments')
  if (json) sayJson(found)
  else if (found.length === 0) say('No experiments are declared.')
  else for (const one of found) say(headline(one))
}

/** Prints an experiment, what it is based on and what was made of it. */
export async function show(api: Api, name: string, json: boolean): Promise<void> {
  const experiment = await api.get<Experiment>(`/experiments/${name}`)
  const { coverage } = await api.get<{ coverage: Coverage }>(`/experiments/${name}/sequence`)
  if (json) sayJson({ ...experiment, coverage })
  else for (const line of description(experiment, coverage)) say(printable(line))
}

/** Promotes the challenger or keeps the champion. */
export async function close(
  api: Api,
  name: string,
  verb: 'promote' | 'keep',
  { json, ...body }: { comment: string; version?: string; force?: boolean; json: boolean },
): Promise<void> {
  const experiment = await api.post<Experiment>(`/experiments/${name}/${verb}`, body)
  if (json) sayJson(experiment)
  else say(headline(experiment))
}

function headline({ name, model, champion, challenger, standing }: Experiment): string {
  const state = standing?.closed?.decision ?? standing?.state ?? 'not looked at yet'
  return printable(`${name}  ${state}: ${model}, "${champion}" against "${challenger}"`)
}

function description(experiment: Experiment, { champion, challenger, compared }: Coverage): string[] {
  const { standing } = experiment
  if (standing === null) return [headline(experiment), 'The first look follows within a minute.']
  const { reason, problem, started_at, ends_at, mature_until, decided_at, closed } = standing
  const others = challenger === null ? '' : ` and ${challenger} of the challenger`
  return [
    headline(experiment),
    reason,
    ...(problem === null ? [] : [`At the newest look, nothing could be compared: ${problem}`]),
    `from ${started_at} to ${ends_at}; labels mature until ${mature_until ?? '(none yet)'}`,
    `${champion} predictions of the champion${others}; ${compared} ${experiment.design === 'paired' ? 'pairs' : 'rows'} with a loss`,
    ...(decided_at === null ? [] : [`decided at ${decided_at}`]),
    ...(closed === null
      ? []
      : [
          `${closed.decision} at ${closed.at} by ${closed.by}${closed.comment === '' ? '' : `: ${closed.comment}`}`,
        ]),
  ]
}

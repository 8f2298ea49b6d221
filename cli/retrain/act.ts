import type { Api } from '../client/api-client.ts'
import { callLines, headline, type Call, type Retrain } from './print.ts'
import { say, sayJson } from '../shared/print.ts'

interface ManualRetrain {
  alert?: string
  monitor?: string
  comment: string
  dry_run: boolean
}

/** Asks for a retraining, or shows the call that would be made. */
export async function request(api: Api, manual: ManualRetrain, json: boolean): Promise<void> {
  const answer = await api.post<Retrain | Call>('/retrains', manual)
  if (json) sayJson(answer)
  else if ('id' in answer) say(headline(answer))
  else for (const line of callLines(answer)) say(line)
}

/** Approves, rejects, cancels or replays a request. */
export async function decide(
  api: Api,
  id: string,
  verb: string,
  comment: string,
  json: boolean,
): Promise<void> {
  const retrain = await api.post<Retrain>(`/retrains/${id}/${verb}`, { comment })
  if (json) sayJson(retrain)
  else say(headline(retrain))
}

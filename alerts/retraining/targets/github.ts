import { retrainData } from '../message.ts'
import { MASK, type CallBuilder } from './call-builder.ts'

/** `POST /repos/{owner}/{repo}/dispatches` of GitHub's REST API, version 2022-11-28. */
export const githubCalls: CallBuilder<'github'> = {
  build({ github: { repository, token, event_type, api_url } }, input) {
    return {
      url: `${api_url.replace(/\/+$/, '')}/repos/${repository}/dispatches`,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'driftgauge',
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
        'idempotency-key': input.request.id,
      },
      body: JSON.stringify({ event_type, client_payload: retrainData(input) }),
    }
  },
  mask: (call) => ({ ...call, headers: { ...call.headers, authorization: `Bearer ${MASK}` } }),
}

import { adviseIfMissing, asOptions } from '../client/advise.ts'
import type { Api } from '../client/api-client.ts'
import { activated } from './activated.ts'
import type { Baseline, NewBaseline } from './add-baseline.ts'

export interface WindowOptions {
  name?: string | undefined
  from: string
  to: string
  activate: boolean
}

/** Makes a baseline of the stored predictions of a period. */
export async function addWindow(
  api: Api,
  model: string,
  { name, from, to, activate }: WindowOptions,
): Promise<{ baseline: Baseline; active: boolean }> {
  const body = { ...(name !== undefined && { name }), window: { from, to } }
  // A window has no columns and cells that could not be used.
  const {
    missing: _,
    unused: __,
    invalid: ___,
    ...baseline
  } = await adviseIfMissing(
    asOptions(api.post<NewBaseline>(`/models/${model}/baselines`, body), {
      'window.from': '--from',
      'window.to': '--to',
    }),
    '"driftgauge model list" lists the models.',
  )
  return { baseline, active: await activated(api, model, baseline.version, activate) }
}

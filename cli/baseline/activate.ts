import { ConfigError } from '../../config.ts'
import { Refusal, type Api } from '../client/api-client.ts'
import { say } from '../shared/print.ts'
import { printable } from '../shared/text.ts'

/** Compares the model, or one of its versions, with the baseline from now on. */
export async function activate(
  api: Api,
  model: string,
  baseline: number,
  version: string | undefined,
): Promise<void> {
  await change(api, model, `${baseline}/activate`, version)
  const whose = version === undefined ? '' : ` for version ${printable(version)}`
  say(`Baseline ${baseline} of ${model} is active${whose}; its hours are being recounted.`)
}

/** Compares a version with the active baseline again. */
export async function deactivate(api: Api, model: string, baseline: number, version: string): Promise<void> {
  await change(api, model, `${baseline}/deactivate`, version)
  say(`Version ${printable(version)} of ${model} is compared with the active baseline again.`)
}

async function change(api: Api, model: string, path: string, version: string | undefined): Promise<void> {
  try {
    await api.post(
      `/models/${model}/baselines/${path}`,
      version === undefined ? {} : { for_version: version },
    )
  } catch (error) {
    if (!(error instanceof Refusal) || (error.status !== 404 && error.status !== 409)) throw error
    throw new ConfigError(`${error.message} "driftgauge baseline list ${model}" lists its baselines.`)
  }
}

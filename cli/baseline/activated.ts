import type { Api } from '../client/api-client.ts'

/** Activates a new baseline if that is wanted. Returns whether it is active, as the first of a model always is. */
export async function activated(
  api: Api,
  model: string,
  version: number,
  activate: boolean,
): Promise<boolean> {
  const path = `/models/${model}/baselines`
  if (activate) await api.post(`${path}/${version}/activate`)
  const { active } = await api.get<{ active: number | null }>(path)
  return active === version
}

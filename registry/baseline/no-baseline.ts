import { quoted } from '../../domain/printable.ts'
import type { ModelVersion } from '../mlflow/versions.ts'

/** Why a version has no baseline, and what will be or can be done about it. */
export function noBaseline(reason: string, { version }: ModelVersion, isFollowed: boolean): string {
  const remedy = isFollowed
    ? `It will be made of the first 24 hours of predictions with the version ${quoted(version)}; until then, the active baseline does not change.`
    : 'Create one with "driftgauge baseline add".'
  return `Version ${version} has no baseline: ${reason}. ${remedy}`
}

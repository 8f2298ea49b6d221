import type { Control } from '../database/control.ts'
export interface ControlCutoffs {
  alerts?: Date | undefined
  deliveries?: Date | undefined
  audit?: Date | undefined
}
export interface Deletable {
  rows: number
  oldest: Date | undefined
}
type Kind = keyof ControlCutoffs
export async function countDeletable(
  _control: Control,
  _cutoffs: ControlCutoffs,
): Promise<Record<Kind, Deletable>> {
  const none = { rows: 0, oldest: undefined }
  return { alerts: none, deliveries: none, audit: none }
}
export async function deleteOld(
  _control: Control,
  _kind: Kind,
  _before: Date,
  _options: { limit: number; fence?: (t: Control) => Promise<void> },
): Promise<number> {
  return 0
}

import type { Control } from '../../../control/database/control.ts'

/** Removes every alert, and what was told of it. */
export async function forgetAlerts(control: Control): Promise<void> {
  for (const table of ['deliveries', 'outbox', 'alert_acks', 'alert_states', 'alert_events'] as const)
    await control.deleteFrom(table).execute()
}

/** Removes every request for retraining, and all that came of it. */
export async function forgetRetrains(control: Control): Promise<void> {
  for (const table of ['retrain_events', 'retrains'] as const) await control.deleteFrom(table).execute()
}

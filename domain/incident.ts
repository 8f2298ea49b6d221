/** What the alerts of an incident turned out to be. */
export const INCIDENT_VERDICTS = ['true_drift', 'data_fault', 'false_alarm', 'other'] as const
export type IncidentVerdict = (typeof INCIDENT_VERDICTS)[number]

export const INCIDENT_STATUSES = ['open', 'closed'] as const
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number]

/** Alerts of one incident. */
export const INCIDENT_ALERTS = 200

/** The kinds of location of a source, as the form asks for them. */
export const LOCATION_FORMS = {
  folder: { label: 'Folder', start: { path: '' } },
  s3: { label: 'S3, or a store that speaks its protocol', start: { bucket: '' } },
  postgres: { label: 'PostgreSQL', start: { connection: '', query: '', cursor: '' } },
} as const
export type LocationKind = keyof typeof LOCATION_FORMS
export const LOCATION_KINDS = Object.keys(LOCATION_FORMS) as LocationKind[]

/** What of an event a column can be called otherwise, with words for it. */
export const COLUMN_FIELDS = [
  ['id', 'Id'],
  ['ts', 'Time of the prediction'],
  ['version', 'Version of the model'],
  ['shadow', 'Shadow traffic'],
  ['prediction', 'Prediction'],
  ['score', 'Score'],
  ['label', 'Label'],
  ['labelled_at', 'Time of the label'],
] as const

/** Where a record stood in its source. */
export interface RecordOrigin {
  partition: number
  offset: number
  /** When the source recorded it; milliseconds since 1970. */
  recordedAt: number
  headers: Readonly<Record<string, string>>
}

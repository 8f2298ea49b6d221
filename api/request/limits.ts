/** What an operator sets for bodies that may be large. */
export interface Limits {
  /** Bytes of a body of records, unpacked. */
  intakeBytes: number
  /** Bytes of a file for a baseline, unpacked. */
  fileBytes: number
  /** Bytes that uploads leave free on the disk they are written to. */
  freeBytes: number
}

export const NO_LIMITS: Limits = { intakeBytes: Infinity, fileBytes: Infinity, freeBytes: 0 }

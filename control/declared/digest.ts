import { createHash } from 'node:crypto'

/** SHA-256 of a value as JSON, in hexadecimal. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/** Enough of a digest to tell a changed value from an unchanged one. */
export function fingerprint(value: unknown): string {
  return digest(value).slice(0, 12)
}

import { inTransaction, type Control } from '../database/control.ts'
import { documents } from '../database/documents.ts'
import { forgetKeyUse } from './key-uses.ts'

/** What is stored of a key: never the key itself. */
export interface ApiKey {
  id: string
  name: string
  scopes: ('ingest' | 'read' | 'write')[]
  /** SHA-256 of the key, in hexadecimal digits. Keys are random, so that a plain hash cannot be reversed. */
  hash: string
  createdAt: string
  /** The key that has replaced it, and from when on this one is refused. */
  replaced?: { by: string; expiresAt: string }
}

/** Whether a key is still taken. */
export const isValid = ({ replaced }: ApiKey, now: Date): boolean =>
  replaced === undefined || now < new Date(replaced.expiresAt)

/** The stored keys, by id. */
export const apiKeyDocuments = documents<ApiKey>('api_keys')

/** Removes a key and what is known of its use; false where there was none. */
export async function removeKey(transaction: Control, id: string): Promise<boolean> {
  await forgetKeyUse(transaction, id)
  return apiKeyDocuments.remove(transaction, id)
}

/** Removes keys that are no longer taken because others have replaced them. */
export async function removeExpiredKeys(control: Control, now: Date): Promise<void> {
  const expired = (await apiKeyDocuments.list(control)).filter((key) => !isValid(key, now))
  for (const { id } of expired) await inTransaction(control, (transaction) => removeKey(transaction, id))
}

/** Another process may have revoked a key meanwhile, so what is remembered is read again after this long. */
const REMEMBERED_MS = 5_000

/** The stored keys, remembered for a few seconds because every request asks for them. */
export interface ApiKeys {
  list(): Promise<ApiKey[]>
  /** To be called when one was stored or removed. */
  forget(): void
}

export function openApiKeys(control: Control, clock: () => number = Date.now): ApiKeys {
  let remembered: Promise<ApiKey[]> | undefined
  let readAt = -Infinity
  return {
    list() {
      if (remembered === undefined || clock() - readAt > REMEMBERED_MS) {
        readAt = clock()
        remembered = apiKeyDocuments.list(control)
        remembered.catch(() => (remembered = undefined))
      }
      return remembered
    },
    forget: () => (remembered = undefined),
  }
}

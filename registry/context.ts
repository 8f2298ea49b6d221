import type { Store } from '../store/engine/client.ts'
import type { Mlflow } from './mlflow/client.ts'

/** What models are imported and followed with. */
export interface RegistryContext {
  store: Store
  mlflow: Mlflow
  clock: () => Date
  /** A directory for files that are being read. */
  spool: string
  /** Bytes: of a file, and what downloads leave free on the disk. */
  limits: { fileBytes: number; freeBytes: number }
}

import { join } from 'node:path'

/** The directory of package.json. */
export const ROOT = join(import.meta.dirname, '../..')

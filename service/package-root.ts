import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The directory of package.json: sources stand one level below it, compiled files two. */
export const PACKAGE_ROOT: string = ['..', '../..']
  .map((path) => join(import.meta.dirname, path))
  .find((path) => existsSync(join(path, 'package.json')))!

import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

const SKIPPED = new Set(['node_modules', 'dist', 'data', 'coverage'])

/** Every `.ts` and `.svelte` file below `root`. */
export function sourceFiles(root: string, folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourceFiles(root, path)
    return /\.(ts|svelte)$/.test(entry.name) ? [relative(root, path).split(sep).join('/')] : []
  })
}

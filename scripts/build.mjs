// Compiles into dist/.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** With --if-possible (`prepare`) an install succeeds without TypeScript, and while the sources do not compile. */
const lenient = process.argv.includes('--if-possible')
const root = join(import.meta.dirname, '..')
const entry = join(root, 'dist/main.js')

function compiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc')
  } catch {
    return undefined
  }
}

function stop(reason) {
  if (!lenient) console.error(reason)
  process.exit(lenient ? 0 : 1)
}

// The first `npx driftgauge` in a clone prepares it once more; a service may be running from dist/ by then.
if (lenient && process.env.npm_command === 'exec' && existsSync(entry)) process.exit(0)

const tsc = compiler()
if (!tsc) stop('TypeScript is not installed: run `npm ci`, without --omit=dev')

rmSync(join(root, 'dist'), { recursive: true, force: true })
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) stop('the build failed')

// npx sets this once, on its first call; every build writes the file anew.
if (existsSync(entry)) chmodSync(entry, 0o755)

// Compiles the service and the dashboard into dist/.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** With --if-possible (`prepare`) an install succeeds without TypeScript, and while the sources do not compile. */
const lenient = process.argv.includes('--if-possible')
/** With --if-changed (`npm run demo`) nothing is compiled while dist/ is newer than all it is made from. */
const ifChanged = process.argv.includes('--if-changed')
const root = join(import.meta.dirname, '..')
const entry = join(root, 'dist/main.js')
const page = join(root, 'dist/dashboard/index.html')
/** What nothing in dist/ is made from. */
const ELSEWHERE = new Set([
  'node_modules',
  'dist',
  'data',
  'coverage',
  'test',
  'bench',
  'docs',
  'examples',
  'clients',
])

const { resolve } = createRequire(import.meta.url)

/** The programs to run, with their arguments; undefined where one of them is not installed. */
function steps() {
  try {
    const vite = join(dirname(resolve('vite/package.json')), 'bin/vite.js')
    return [
      // `npm run typecheck` checks the types, beside this in `npm test`.
      [resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--noCheck'],
      [vite, 'build', '--config', 'dashboard/vite.config.ts', '--logLevel', 'warn'],
    ]
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

/** When a file below a folder last changed. */
function newestChange(folder) {
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    if (/^\.|\.md$/.test(entry.name) || ELSEWHERE.has(entry.name)) return 0
    const path = join(folder, entry.name)
    return entry.isDirectory() ? newestChange(path) : statSync(path).mtimeMs
  })
  return Math.max(0, ...times)
}

if (ifChanged && existsSync(entry) && existsSync(page) && statSync(entry).mtimeMs > newestChange(root))
  process.exit(0)

const started = new Date()
const programs = steps()
if (!programs) stop('TypeScript or Vite is not installed: run `npm ci`, without --omit=dev')

rmSync(join(root, 'dist'), { recursive: true, force: true })
for (const program of programs) {
  const { status } = spawnSync(process.execPath, program, { cwd: root, stdio: 'inherit' })
  if (status !== 0) stop('the build failed')
}

// npx sets this once, on its first call; every build writes the file anew.
if (existsSync(entry)) {
  chmodSync(entry, 0o755)
  // What changes while this runs counts as newer.
  utimesSync(entry, started, started)
}

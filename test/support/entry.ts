import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { sourceFiles } from './source-files.ts'

const BUILT = join(ROOT, 'dist/main.js')

/** Whether dist/ was built after the last change of a source. */
function isBuilt(): boolean {
  if (!existsSync(BUILT)) return false
  const builtAt = statSync(BUILT).mtimeMs
  const product = sourceFiles(ROOT).filter((path) => !/^(test|bench|examples|dashboard)\//.test(path))
  return product.every((path) => statSync(join(ROOT, path)).mtimeMs < builtAt)
}

/** From the sources, Node.js takes three times as long to start, but they may be newer. */
const runsBuilt = isBuilt()

/** How Node.js runs `driftgauge`: as `bundled-service.ts` made it for system tests. */
export const ENTRY: readonly string[] =
  process.env.TEST_ENTRY !== undefined
    ? [process.env.TEST_ENTRY]
    : runsBuilt
      ? [BUILT]
      : ['--import', 'tsx', 'main.ts']

/** How Node.js runs a script of ES module code that imports our sources, by their paths from the root. */
export function scriptEntry(script: string, preload: readonly string[]): string[] {
  const ofTests = /'\.\/(test|bench)\//.test(script)
  const built = script.replaceAll(/'\.\/([^']+)\.ts'/g, "'./dist/$1.js'")
  const [modules, code] = runsBuilt && !ofTests ? [preload, built] : [['tsx', ...preload], script]
  return [...modules.flatMap((module) => ['--import', module]), '--input-type=module', '--eval', code]
}

import { readFileSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Starts long files early, so that no worker is left with one at the end. Vitest orders files by how long they took last,
 * or by size where it does not know; but a file that runs a suite of `test/suites/` is small and long. Tests of the engine
 * come last: they keep the processors busy while the last system tests wait.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranks = new Map(files.map((file) => [file, rank(file)]))
    return (await super.sort(files)).sort((a, b) => ranks.get(a)! - ranks.get(b)!)
  }
}

function rank({ project, moduleId }: TestSpecification): number {
  const turn = ['unit', 'system', 'engine'].indexOf(project.name)
  const runsSuite = /\/suites\/[\w-]+\.ts'/.test(readFileSync(moduleId, 'utf8'))
  return 2 * turn + (runsSuite ? 0 : 1)
}

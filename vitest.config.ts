import { configDefaults, defineConfig } from 'vitest/config'

/**
 * `vitest run` is the quick suite, `--mode full` adds the slow files, `--mode bench` runs the measurements.
 * Forks, not threads: chDB keeps one data directory a process.
 */
export default defineConfig(({ mode }) => {
  const bench = mode === 'bench'
  const report = process.env.TEST_REPORT
  return {
    test: {
      pool: 'forks',
      maxWorkers: bench ? 1 : 2,
      include: bench ? ['bench/**/*.bench.ts'] : ['test/**/*.test.ts'],
      exclude: mode === 'full' ? configDefaults.exclude : [...configDefaults.exclude, '**/*.full.test.ts'],
      testTimeout: bench ? 600_000 : 60_000,
      hookTimeout: 60_000,
      reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    },
  }
})

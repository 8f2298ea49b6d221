import { configDefaults, defineConfig } from 'vitest/config'

/**
 * `vitest run` is the quick suite, `--mode full` adds the slow files.
 * Forks, not threads: chDB keeps one data directory a process.
 */
export default defineConfig(({ mode }) => {
  const report = process.env.TEST_REPORT
  return {
    test: {
      pool: 'forks',
      maxWorkers: 2,
      include: ['test/**/*.test.ts'],
      exclude: mode === 'full' ? configDefaults.exclude : [...configDefaults.exclude, '**/*.full.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    },
  }
})

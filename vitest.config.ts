import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** `--mode full` adds the long runs, `*.full.*`. */
export default defineConfig(({ mode }) => {
  const report = process.env.TEST_REPORT
  const engine = ['test/**/*.engine.test.ts']
  const system = ['test/**/*.system.test.ts']
  const full = mode === 'full' ? [] : ['test/**/*.full.*']
  return {
    test: {
      // More than there are cores: tests of processes and brokers wait a good deal.
      maxWorkers: availableParallelism() + 3,
      // For busy machines: that something is fast is not what these are for.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 20_000 } },
      env: mode === 'full' ? { TEST_FULL: '1' } : {},
      globalSetup: ['test/support/runner/folder-in-memory.ts'],
      setupFiles: ['test/support/runner/leave-as-found.ts'],
      reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
      projects: [
        // Pure: no process, no engine, no file but those of the repository. Not in threads: native modules crash at times
        // when a thread ends.
        {
          extends: true,
          test: {
            name: 'unit',
            include: ['test/**/*.test.ts'],
            exclude: [...engine, ...system],
            pool: 'forks',
            isolate: false,
          },
        },
        // The embedded ClickHouse keeps one data directory a process: each worker opens one after the other.
        {
          extends: true,
          test: { name: 'engine', include: engine, exclude: full, pool: 'forks', isolate: false },
        },
        // Processes, brokers, browsers, mail, a ClickHouse server.
        {
          extends: true,
          test: {
            name: 'system',
            include: system,
            exclude: full,
            pool: 'forks',
            globalSetup: ['test/support/runner/bundled-service.ts'],
          },
        },
      ],
    },
  }
})

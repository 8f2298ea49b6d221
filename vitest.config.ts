import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/runner/longest-first.ts'

/** `--mode full` adds the long runs, `*.full.*`. */
export default defineConfig(({ mode }) => {
  const report = process.env.TEST_REPORT
  const engine = ['test/**/*.engine.test.ts']
  const system = ['test/**/*.system.test.ts']
  const full = mode === 'full' ? [] : ['test/**/*.full.*']
  // More than there are cores: tests of processes and brokers wait a good deal.
  const waiting = { maxWorkers: availableParallelism() + 3, sequence: { groupOrder: 1 } }
  return {
    test: {
      // Files share a process: loading what they import takes longer than most of them run. Not in threads: native modules
      // crash at times when a thread ends.
      pool: 'forks',
      isolate: false,
      // For busy machines: that something is fast is not what these are for.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 20_000 } },
      env: mode === 'full' ? { TEST_FULL: '1' } : {},
      globalSetup: ['test/support/runner/folder-in-memory.ts'],
      setupFiles: ['test/support/runner/leave-as-found.ts'],
      reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
      sequence: { sequencer: LongestFirst },
      projects: [
        // Pure: no process, no engine, no file but those of the repository. Before the others.
        {
          extends: true,
          test: {
            name: 'unit',
            include: ['test/**/*.test.ts'],
            exclude: [...engine, ...system],
            maxWorkers: availableParallelism(),
            sequence: { groupOrder: 0 },
          },
        },
        // The embedded ClickHouse keeps one data directory a process: each worker opens one after the other.
        {
          extends: true,
          test: { ...waiting, name: 'engine', include: engine, exclude: full },
        },
        // Processes, brokers, browsers, mail, a ClickHouse server.
        {
          extends: true,
          test: {
            ...waiting,
            name: 'system',
            include: system,
            exclude: full,
            globalSetup: ['test/support/runner/bundled-service.ts'],
          },
        },
      ],
    },
  }
})

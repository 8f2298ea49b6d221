import { existsSync } from 'node:fs'
import { describeUnless } from './runner/missing.ts'

const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path))

/** Describes tests of processes with another time of day: see {@link describeUnless} where there can be none. */
export function describeWithFakeClock(name: string, tests: () => void): void {
  describeUnless(LIBRARY === undefined ? 'libfaketime is not installed' : undefined, name, tests)
}

/** The environment of a process whose clock is off by `offset`, such as `+3d`. Its timers keep their pace. */
export const fakeClock = (offset: string): Record<string, string> => ({
  LD_PRELOAD: LIBRARY!,
  FAKETIME: offset,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
})

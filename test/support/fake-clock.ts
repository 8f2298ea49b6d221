import { existsSync } from 'node:fs'

const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path))

/** Whether processes can be given another time of day. */
export const hasFakeClock = LIBRARY !== undefined

/** The environment of a process whose clock is off by `offset`, such as `+3d`. Its timers keep their pace. */
export const fakeClock = (offset: string): Record<string, string> => ({
  LD_PRELOAD: LIBRARY!,
  FAKETIME: offset,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
})

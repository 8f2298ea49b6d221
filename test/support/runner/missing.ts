import { describe, expect, test } from 'vitest'

/** `TEST_BARE=1` runs the tests as on a machine that has nothing but Node.js. */
const isBare = process.env.TEST_BARE === '1'

/**
 * Describes tests that need what a machine may lack; `reason` says what, and is undefined where they can run. Where they
 * cannot, the suite has one test in their place: it is skipped and names the reason, or fails when REQUIRE_ALL is 1.
 */
export function describeUnless(reason: string | undefined, name: string, tests: () => void): void {
  const why = reason ?? (isBare ? 'TEST_BARE is 1' : undefined)
  describe(name, why === undefined ? tests : () => missing(name, why))
}

function missing(name: string, reason: string): void {
  if (process.env.REQUIRE_ALL === '1') test(reason, () => expect.fail(reason))
  else {
    console.log(`SKIPPED ${name}: ${reason}`)
    test.skip(`SKIPPED: ${reason}`)
  }
}

import { expect, test } from 'vitest'

/** Says why tests are skipped here, or fails when REQUIRE_ALL is 1. */
export function missing(name: string, reason: string): void {
  if (process.env.REQUIRE_ALL === '1') test(name, () => expect.fail(reason))
  else console.log(`SKIPPED ${name}: ${reason}`)
}

/** How often, or how long: little in every run of the tests, all of it in `npm run test:full`. */
export function byDay<T>(little: T, all: T): T {
  return process.env.TEST_FULL === '1' ? all : little
}

/** A representative part where somebody waits for the tests; all of it with `REQUIRE_ALL=1` and in `npm run test:full`. */
export function locally<T>(part: T, all: T): T {
  return process.env.REQUIRE_ALL === '1' ? all : byDay(part, all)
}

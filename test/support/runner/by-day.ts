/** How often, or how long: little in every run of the tests, all of it in `npm run test:full`. */
export function byDay<T>(little: T, all: T): T {
  return process.env.TEST_FULL === '1' ? all : little
}

/** As {@link byDay}, but with `REQUIRE_ALL=1` all of it by day as well: for what few machines can run. */
export function locally<T>(part: T, all: T): T {
  return process.env.REQUIRE_ALL === '1' ? all : byDay(part, all)
}

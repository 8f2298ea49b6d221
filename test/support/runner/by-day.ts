/** How often, or how long: little in every run of the tests, all of it in `npm run test:full`. */
export function byDay<T>(little: T, all: T): T {
  return process.env.TEST_FULL === '1' ? all : little
}

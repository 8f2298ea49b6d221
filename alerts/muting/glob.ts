/**
 * Whether a text fits a pattern in which `*` stands for any characters, none included, and `?` for one. Time grows
 * with the product of both lengths at worst, so that no pattern can hold the process up as a regular expression can.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [wanted, given] = [Array.from(pattern), Array.from(text)]
  let [at, star, retry] = [0, -1, 0]
  for (let i = 0; i < given.length;) {
    if (wanted[at] === '*') {
      star = at++
      retry = i
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[i])) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++retry
    } else {
      return false
    }
  }
  return wanted.slice(at).every((one) => one === '*')
}

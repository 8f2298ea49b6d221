/** A text with the addresses in it cut to scheme and host, because their paths may be as secret as a key. */
export function withoutPaths(text: string): string {
  return text.replace(/(https?:\/\/[^/?#\s]+)(\S*)/g, (_, origin: string, rest: string) =>
    rest === '' || rest === '/' ? origin : `${origin}/…`,
  )
}

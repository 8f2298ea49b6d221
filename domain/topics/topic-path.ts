/** In place of a path to the features: every key of a flat record that no other field takes. */
export const ALL_OTHER_KEYS = '*'

/** The keys of a dotted path or JSON Pointer (RFC 6901), outermost first. */
export function pathKeys(path: string): string[] {
  if (!path.startsWith('/')) return path.split('.')
  return path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

import { pathKeys } from '../../domain/topics/topic-path.ts'

const INDEX = /^(0|[1-9]\d*)$/

/** Compiles a path to a function that finds the value there, or undefined; into a list it leads by index. */
export function compilePath(path: string): (value: unknown) => unknown {
  const keys = pathKeys(path)
  const isIndex = keys.map((key) => INDEX.test(key))
  return (value) => {
    let found = value
    for (let i = 0; i < keys.length; i++) {
      if (typeof found !== 'object' || found === null) return undefined
      if (Array.isArray(found) ? !isIndex[i] : !Object.hasOwn(found, keys[i])) return undefined
      found = (found as Record<string, unknown>)[keys[i]]
    }
    return found
  }
}

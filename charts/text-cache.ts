import LRU from 'zrender/lib/core/LRU.js'

type Method = (this: unknown, key: string | number, ...values: unknown[]) => unknown

/**
 * zrender keeps the widths of drawn texts in a plain object, by text: the text "__proto__" would make it write to
 * `Object.prototype`, which breaks whatever the process does next. That text gets a key of its own.
 */
const cache = LRU.prototype as unknown as Record<'get' | 'put', Method>
for (const name of ['get', 'put'] as const) {
  const method = cache[name]
  cache[name] = function (key, ...values) {
    return method.call(this, key === '__proto__' ? '__proto__\0' : key, ...values)
  }
}

const module = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`

/** A module to load first, for a process in which the embedded engine is not installed. */
export const WITHOUT_ENGINE = module(`
  import { register } from 'node:module'
  const hook = \`export async function resolve(specifier, context, next) {
    if (!specifier.startsWith('chdb')) return next(specifier, context)
    throw Object.assign(new Error("Cannot find package 'chdb'"), { code: 'ERR_MODULE_NOT_FOUND' })
  }\`
  register('data:text/javascript,' + encodeURIComponent(hook))`)

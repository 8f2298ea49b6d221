// Preloaded into a service, whose clock its parent then sets; what the service does on a schedule it does by this clock.
// All other timers keep their pace. Plain JavaScript, so that a service that is measured loads no compiler.
const RealDate = Date
const { setTimeout, clearTimeout } = globalThis
const FOREVER_MS = 2 ** 31 - 1

let clock = { set: Number(process.env.SIMULATED_CLOCK), at: performance.now() }
const now = () => Math.floor(clock.set + performance.now() - clock.at)

RealDate.now = now
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) => (args.length === 0 ? new target(now()) : new target(...args)),
})

/** What node-cron waits for, by its timers. */
const waiting = new Map()
globalThis.setTimeout = new Proxy(setTimeout, {
  apply(target, self, args) {
    const [callback, delay] = args
    if (callback.name !== 'heartBeat') return Reflect.apply(target, self, args)
    const timer = setTimeout(() => {}, FOREVER_MS)
    waiting.set(timer, { callback, due: now() + delay })
    return timer
  },
})
globalThis.clearTimeout = (timer) => {
  waiting.delete(timer)
  clearTimeout(timer)
}

process.on('message', ({ set }) => {
  clock = { set, at: performance.now() }
  for (const [timer, { callback, due }] of [...waiting]) {
    // What is due in this second is due now, as the schedule counts in seconds.
    if (due >= set + 1000) continue
    waiting.delete(timer)
    callback()
  }
})
process.channel.unref()

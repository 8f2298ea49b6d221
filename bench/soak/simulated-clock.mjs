// Preloaded into a service, whose clock its parent then sets; what the service does on a schedule it does by this clock.
// All other timers keep their pace. Plain JavaScript, so that a service that is measured loads no compiler.
const RealDate = Date
const { setTimeout, clearTimeout } = globalThis
const FOREVER_MS = 2 ** 31 - 1

let clock = { set: Number(process.env.SIMULATED_CLOCK), at: performance.now() }
/** What the clock shows instead for a moment. */
let shown
const now = () => shown ?? Math.floor(clock.set + performance.now() - clock.at)

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
  for (const [timer, { callback, due }] of [...waiting]) {
    // In the second that is set, all that is due then.
    if (due >= set + 1000) continue
    waiting.delete(timer)
    // It sees the time that it waited for. Otherwise it would find that it missed all turns in between, and skip this one.
    shown = Math.round(due / 1000) * 1000
    callback()
  }
  shown = undefined
  clock = { set, at: performance.now() }
})
process.channel.unref()

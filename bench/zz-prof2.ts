import { Session } from 'node:inspector/promises'
import { fillModel, mergesDone, timeChecks } from './growth/watched-model.ts'
import { withStore } from './support.ts'
await withStore(async (store) => {
  const watched = await fillModel(store, { features: Number(process.argv[2] ?? 50), rows: 20_000, hours: 48 })
  await watched.counter(watched.model, new Date(watched.end))
  await mergesDone(store)
  await timeChecks(watched, 5)
  const s = new Session(); s.connect()
  await s.post('Profiler.enable'); await s.post('Profiler.setSamplingInterval', { interval: 500 }); await s.post('Profiler.start')
  const r = await timeChecks(watched, 20)
  const { profile } = await s.post('Profiler.stop')
  console.log(r)
  const self = new Map<string, number>(), total = new Map<string, number>()
  const nodes = new Map(profile.nodes.map((n) => [n.id, n]))
  const parent = new Map<number, number>()
  for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id)
  const name = (n: any) => `${n.callFrame.functionName} ${n.callFrame.url.split('/').slice(-2).join('/')}:${n.callFrame.lineNumber}`
  profile.samples!.forEach((id, i) => {
    const dt = profile.timeDeltas![i] / 1000 / 20
    self.set(name(nodes.get(id)), (self.get(name(nodes.get(id))) ?? 0) + dt)
    const seen = new Set<string>()
    for (let at: number | undefined = id; at !== undefined; at = parent.get(at)) { const k = name(nodes.get(at)); if (!seen.has(k)) { seen.add(k); total.set(k, (total.get(k) ?? 0) + dt) } }
  })
  const top = (m: Map<string, number>, n: number) => { for (const [k, v] of [...m].sort((a, b) => b[1] - a[1]).slice(0, n)) console.log(v.toFixed(2).padStart(8), k) }
  console.log('self ms per check'); top(self, 22); console.log('total'); top(total, 45)
})

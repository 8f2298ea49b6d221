import type { ClickHouseClient } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { clusterSettings, shardsOf } from '../../store/engine/cluster.ts'
import { singleNode, type Cluster } from '../../store/engine/shards.ts'
import { replacingEngine } from '../../store/events/distributed.ts'

const client = {} as ClickHouseClient
const plain: Cluster = { name: 'c', database: 'd', weights: [1, 1], replicas: 1, replicated: false }
const shards = (cluster: Cluster) =>
  shardsOf(cluster, { url: 'http://ch1:8123', first: client, connect: () => client })

test('tables are replicated where the macros say so, under a path that the name of a model cannot break', () => {
  expect(replacingEngine(singleNode(client), 'labels_m', 'labelled_at')).toBe(
    'ReplacingMergeTree(labelled_at)',
  )
  expect(replacingEngine(shards(plain), 'label_index_m')).toBe('ReplacingMergeTree')
  const replicated = shards({ ...plain, replicas: 2, replicated: true })
  const engine = (model: string) => replacingEngine(replicated, `labels_${model}`, 'labelled_at')
  expect(engine("{x}/'")).toMatch(
    /^ReplicatedReplacingMergeTree\('\/clickhouse\/tables\/\{shard\}\/driftgauge\/[0-9a-f]{32}', '\{replica\}', labelled_at\)$/,
  )
  expect(engine('a')).not.toBe(engine('b'))
})

test('an insert waits for every shard, and for every replica', () => {
  expect(clusterSettings(plain)).toMatchObject({ distributed_foreground_insert: 1, insert_quorum: '0' })
  expect(clusterSettings({ ...plain, replicas: 3, replicated: true }).insert_quorum).toBe('3')
})

test('rows are those of a node, or gathered from all shards', () => {
  expect(singleNode(client).gather('(SELECT 1)')).toBe('(SELECT 1)')
  expect(shards(plain).gather('(SELECT 1)')).toBe("cluster('c', view(SELECT * FROM (SELECT 1)))")
  expect(shards(plain).local('labels_m')).toBe('`d`.`shard_labels_m`')
})

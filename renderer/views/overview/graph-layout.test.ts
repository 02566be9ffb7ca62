import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkspaceView } from '../../../main/contract/contract.ts'
import { rateWidth } from './edge-look.ts'
import { fitCamera, layoutGraph, nodeHeight } from './graph-layout.ts'
import { graphStructure, storeNodeId } from './graph-structure.ts'

interface Spec {
  readonly schemas?: readonly (readonly [name: string, store: string])[]
  readonly consumers?: readonly (readonly [name: string, reads: string])[]
}

/** Manifests by slug; a consumer writes to the one database `sink` of its manifest. */
function workspaceOf(spec: Readonly<Record<string, Spec>>): WorkspaceView {
  const manifests = Object.entries(spec)
  const role = (slug: string) => ({
    engine: 'postgres' as const,
    host: 'h',
    port: 1,
    user: 'u',
    database: 'd',
    hasPassword: true,
    password: 'none' as const,
    manifest: slug,
  })
  return {
    summary: { path: '/w', name: 'w', folder: '/', sample: false, openedAt: 0 },
    manifests: manifests.map(([slug]) => ({ slug, path: `/${slug}` })),
    connections: manifests.flatMap(([slug, { schemas = [], consumers = [] }]) => [
      ...[...new Set(schemas.map(([, store]) => store))].map((store) => ({
        ...role(slug),
        id: `${slug}/${store}`,
        slug: store,
        role: 'source' as const,
      })),
      ...(consumers.length > 0
        ? [{ ...role(slug), id: `${slug}/sink`, slug: 'sink', role: 'destination' as const }]
        : []),
    ]),
    publicSchemas: manifests.flatMap(([slug, { schemas = [] }]) =>
      schemas.map(([name, store]) => ({
        id: `${slug}/${name}@1`,
        name,
        manifest: slug,
        version: '1.0',
        source: `${slug}/${store}`,
        key: [],
        columns: [],
        transformations: [],
        tags: [],
        tables: [],
        versions: [],
      })),
    ),
    consumers: manifests.flatMap(([slug, { consumers = [] }]) =>
      consumers.map(([name, reads]) => ({
        id: `${slug}/${name}`,
        name,
        manifest: slug,
        publicSchema: `${reads}@1`,
        destination: `${slug}/sink`,
        sql: '',
      })),
    ),
    teams: [],
    problems: [],
  }
}
const layoutOf = (spec: Readonly<Record<string, Spec>>) => layoutGraph(graphStructure(workspaceOf(spec)))

test('a pair that reads and is read stands on one straight line', () => {
  const { nodes, ports } = layoutOf({ a: { schemas: [['p', 'db']] }, b: { consumers: [['c', 'a/p']] } })
  assert.equal(nodes.get('schema:a/p@1')?.y, nodes.get('consumer:b/c')?.y)
  assert.equal(ports.get('schema:a/p@1'), ports.get('consumer:b/c'))
})

test('consumers stand in the order of what they read, whatever order they were written in', () => {
  const { nodes } = layoutOf({
    a: {
      schemas: [
        ['p1', 'db'],
        ['p2', 'db'],
        ['p3', 'db'],
      ],
    },
    b: {
      consumers: [
        ['c3', 'a/p3'],
        ['c1', 'a/p1'],
        ['c2', 'a/p2'],
      ],
    },
  })
  const ys = ['c1', 'c2', 'c3'].map((name) => nodes.get(`consumer:b/${name}`)?.y ?? -1)
  assert.deepEqual(
    [...ys].sort((x, y) => x - y),
    ys,
  )
})

test('the schemas of one store stand together, so that no line crosses another', () => {
  const { nodes } = layoutOf({
    a: {
      schemas: [
        ['p1', 'x'],
        ['p2', 'y'],
        ['p3', 'x'],
      ],
    },
  })
  const y = (name: string) => nodes.get(`schema:a/${name}@1`)?.y ?? -1
  assert.ok(y('p1') < y('p3') && y('p3') < y('p2'))
  assert.ok((nodes.get(storeNodeId('left', 'a/x'))?.y ?? 0) < (nodes.get(storeNodeId('left', 'a/y'))?.y ?? 0))
})

test('no node covers another, and all lie in their groups', () => {
  const { nodes, groups } = layoutOf({
    a: {
      schemas: [
        ['p1', 'x'],
        ['p2', 'y'],
        ['p3', 'z'],
      ],
    },
    b: {
      schemas: [['p4', 'x']],
      consumers: [
        ['c1', 'a/p3'],
        ['c2', 'a/p1'],
        ['c3', 'nowhere/p'],
      ],
    },
  })
  const boxes = [...nodes.values()]
  for (const [index, box] of boxes.entries()) {
    for (const other of boxes.slice(index + 1))
      assert.ok(
        box.x + box.width <= other.x || other.x + other.width <= box.x || Math.abs(box.y - other.y) >= nodeHeight,
      )
    assert.ok(
      [...groups.values()].some(
        (group) =>
          box.x >= group.x &&
          box.x + box.width <= group.x + group.width &&
          box.y > group.y &&
          box.y + box.height < group.y + group.height,
      ),
    )
  }
})

test('a manifest that publishes and consumes stands on both sides', () => {
  const { groups } = layoutOf({ a: { schemas: [['p', 'db']], consumers: [['c', 'a/p']] } })
  assert.deepEqual([...groups.keys()], ['left:a', 'right:a'])
})

test('nothing in a workspace is no reason to fail', () => {
  assert.ok(Number.isFinite(layoutOf({}).spine.height))
})

test('the camera shows all of a small graph, and the readable top of a long one', () => {
  const small = layoutOf({ a: { schemas: [['p', 'db']] }, b: { consumers: [['c', 'a/p']] } })
  assert.equal(fitCamera(small, { width: 900, height: 700, minZoom: 0.7 }).zoom, 1)
  const many = Array.from({ length: 60 }, (_, index) => [`p${index}`, 'db'] as const)
  const long = layoutOf({ a: { schemas: many } })
  assert.equal(fitCamera(long, { width: 900, height: 700, minZoom: 0.7 }).zoom, 0.7)
  assert.ok(fitCamera(long, { width: 900, height: 700, minZoom: 0.1 }).zoom < 0.2)
})

test('width grows with the rate and has ends', () => {
  assert.deepEqual([rateWidth(0), rateWidth(1e9)], [1.2, 4.2])
  assert.ok(rateWidth(300) > rateWidth(30))
})

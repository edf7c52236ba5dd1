import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportFormat, exportTopology } from '../../src/cli/topology-export.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph, Topology } from '../../src/interfaces.ts'
import { file } from '../../topologies/file.ts'
import { GRAPH_FORMATS, type GraphFormatName } from '../../topologies/formats/index.ts'
import { graphOf } from '../../topologies/formats/listed-graph.ts'
import { mixingMatrix, mixingOf } from '../../topologies/index.ts'
import { periodic } from '../../topologies/parts/topology.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { built, contextOf, matrixOf } from '../support/topologies.ts'

const FORMATS = Object.keys(GRAPH_FORMATS) as GraphFormatName[]
const FIXTURES = 'test/fixtures/graphs'

/** What is read from a text, once as a graph and once as whether it is directed. */
function read(text: string, format: GraphFormatName, directed = false): { graph: Graph; directed: boolean } {
  const found = GRAPH_FORMATS[format].read(text, 'g', directed)
  return { graph: graphOf(found, 'g'), directed: found.directed }
}

const fromFile = (path: string, options: object = {}): Topology => {
  const parsed = file.options.parse({ path, ...options })
  const peers = file.peersOf?.(parsed) ?? 0
  return file.build(peers, parsed, contextOf(peers))
}

/** Links at random among 1 to 12 peers, with weights or without; `around` adds a cycle, so that nobody is alone. */
const graphs = (directed: boolean, around: boolean): fc.Arbitrary<Graph> =>
  fc
    .record({
      peers: fc.integer({ min: around ? 2 : 1, max: 12 }),
      weighted: fc.boolean(),
      cells: fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: 144,
        maxLength: 144
      })
    })
    .map(({ peers, weighted, cells }) => {
      const all = Array.from({ length: peers }, (_, i) => i)
      const cell = (i: number, j: number): readonly [boolean, number] => {
        const [a, b] = directed || i < j ? [i, j] : [j, i]
        const next = (a + 1) % peers === b || (!directed && (b + 1) % peers === a)
        const [joined, weight] = cells[12 * a + b]!
        return [i !== j && (joined || (around && next)), weight / peers]
      }
      const neighbours = all.map(i => all.filter(j => cell(i, j)[0]))
      if (!weighted || neighbours.every(({ length }) => length === 0)) return { neighbours }
      return { neighbours, weights: neighbours.map((heard, i) => heard.map(j => cell(i, j)[1])) }
    })

describe.each(FORMATS)('%s', format => {
  test.each([false, true])('gives back the graph and its weights to the bit (directed: %s)', directed => {
    fc.assert(
      fc.property(graphs(directed, format === 'edge-list'), graph => {
        const text = exportTopology(graph, directed, undefined, format)
        expect(read(text, format, directed)).toEqual({ graph, directed })
      }),
      { seed: 11, numRuns: 100 }
    )
  })

  test('gives back the mixing matrix under the rule own', () => {
    for (const of of [built('torus', 12), built('star', 7), built('exponential', 9, { directed: true })]) {
      const matrix = matrixOf(of)
      const { directed } = of.topology
      const { graph } = read(exportTopology(of.graph, directed, matrix, format), format, directed)
      const { links, weights, selfWeights } = mixingMatrix(graph, directed, 'own')
      expect({ links, weights, selfWeights }).toEqual({
        links: matrix.links,
        weights: matrix.weights,
        selfWeights: matrix.selfWeights
      })
    }
  })

  test('holds a W that is not symmetric on an undirected graph as a directed graph', () => {
    const { graph } = built('star', 3)
    const text = exportTopology(graph, false, mixingMatrix(graph, false, 'uniform'), format)
    const third = 1 / 3
    expect(read(text, format, format === 'edge-list')).toEqual({
      graph: { neighbours: graph.neighbours, weights: [[third, third], [0.5], [0.5]] },
      directed: true
    })
  })

  test('holds the weights of one round where other rounds use other links', () => {
    const one = { neighbours: [[1], [0], [3], [2]] }
    const other = { neighbours: [[3], [2], [1], [0]] }
    const matrix = mixingOf(periodic('turns', [one, other]), 'metropolis', 2).at(1)
    expect(read(exportTopology(other, false, matrix, format), format).graph).toEqual({
      ...other,
      weights: [[0.5], [0.5], [0.5], [0.5]]
    })
  })
})

describe('exports that would mislead are refused', () => {
  const { graph } = built('star', 3)

  test('weights whose columns sum to 1, as their diagonal cannot be told from the rest', () => {
    const push = mixingMatrix(graph, false, 'push')
    expect(() => exportTopology(graph, false, push, 'graphml')).toThrow('--export: the columns of W sum to 1')
  })

  test('an edge list of a peer without edges', () => {
    const lonely = { neighbours: [[1], [0], []] }
    expect(() => exportTopology(lonely, false, undefined, 'edge-list')).toThrow(
      'an edge list cannot hold peer 2, which has no edges; write .json or .graphml instead'
    )
  })

  test('names of files that promise no format', () => {
    expect(['a.txt', 'a.edges', 'a.JSON', 'a.graphml'].map(exportFormat)).toEqual([
      'edge-list',
      'edge-list',
      'node-link',
      'graphml'
    ])
    expect(() => exportFormat('a.png')).toThrow(
      '--export a.png: the name must end in one of .txt, .edges, .edgelist, .json, .graphml, .xml'
    )
  })
})

describe('files that networkx wrote', () => {
  // Krackhardt's kite, with the Metropolis weights that networkx's degrees give.
  const kite = [
    [1, 2, 3, 5],
    [0, 3, 4, 6],
    [0, 3, 5],
    [0, 1, 2, 4, 5, 6],
    [1, 3, 6],
    [0, 2, 3, 6, 7],
    [1, 3, 4, 5, 7],
    [5, 6, 8],
    [7, 9],
    [8]
  ]

  test.each(['kite.json', 'kite.graphml', 'kite.edges'])('%s', name => {
    const topology = fromFile(join(FIXTURES, name))
    const graph = topology.graphAt(0)
    expect(topology).toMatchObject({ name: 'file', peers: 10, directed: false, period: 1, notes: [] })
    expect(graph.neighbours).toEqual(kite)
    expect(mixingMatrix(graph, false, 'own').weights).toEqual(
      mixingMatrix(graph, false, 'metropolis').weights
    )
  })

  test('a directed graph of named nodes: whom each hears, with 1 / (1 + their number)', () => {
    const topology = fromFile(join(FIXTURES, 'named-directed.graphml'))
    expect(topology.directed).toBe(true)
    expect(topology.notes).toEqual([
      'peers have the order of the file: 0 is "Andre", 1 is "Beverly", 2 is "Carol", 3 is "Diane", 4 is "Ed", ' +
        '5 is "Fernando", 6 is "Garth", 7 is "Heather" and 2 more'
    ])
    const { neighbours, weights } = topology.graphAt(0)
    expect(neighbours[3]).toEqual([0, 2])
    expect(neighbours[5]).toEqual([0, 2, 4])
    expect(weights?.map(([weight]) => weight)).toEqual([...neighbours].map(heard => 1 / (1 + heard.length)))
  })

  test('a grid with pairs of numbers as ids, and links for edges', () => {
    const topology = fromFile(join(FIXTURES, 'grid-links.json'))
    expect(topology.graphAt(0)).toEqual({ neighbours: built('grid', 6).graph.neighbours })
    expect(topology.notes[0]).toMatch('0 is "[0,0]", 1 is "[0,1]"')
  })
})

const json = (nodes: readonly unknown[], edges: readonly unknown[], rest: object = {}): string =>
  JSON.stringify({ nodes: nodes.map(id => ({ id })), edges, ...rest })
const edge = (source: unknown, target: unknown, rest: object = {}): object => ({ source, target, ...rest })

describe('node-link JSON', () => {
  test('numbers peers by ids that are 0, …, N − 1, whatever their order, and others by their order', () => {
    const edges = [edge(0, 1), edge(1, 2)]
    expect(read(json([2, 0, 1], edges), 'node-link').graph.neighbours).toEqual([[1], [0, 2], [1]])
    const far = [edge(10, 11), edge(11, 12)]
    expect(read(json([12, 10, 11], far), 'node-link').graph.neighbours).toEqual([[2], [2], [0, 1]])
  })

  test('tells the number 1 from the text "1"', () => {
    const { graph } = read(json([1, '1', 0], [edge(1, '1'), edge('1', 0)]), 'node-link')
    expect(graph.neighbours).toEqual([[1], [0, 2], [1]])
  })

  test.each([
    ['{"nodes": 1}', 'g: nodes is 1; it must be a list'],
    ['{"nodes": [],\n "edges": [}', "g is not JSON: Unexpected token '}' at line 2, column 12"],
    ['[]', 'g: the file is a list of 0; it must be an object'],
    [json([0], []).replace('"edges"', '"arcs"'), 'g: edges is missing; it must be a list'],
    [json([0], [], { links: [] }), 'g: has both edges and links; leave one of them out'],
    [
      json([0, 1], [edge(0, 1)], { multigraph: true }),
      'g: multigraph is true; it must be false: no two edges'
    ],
    [json([0, 1], [edge(0, 1)], { directed: 1 }), 'g: directed is 1; it must be true or false'],
    [json([0, 0], []), 'g: nodes[1].id is 0; it must be the id of one node only'],
    [json([0, null], []), 'g: nodes[1].id is null; it must be a number, a text or a list'],
    [json([0, { id: 1 }], []), 'g: nodes[1].id is an object; it must be a number, a text or a list'],
    ['{"nodes": [{"id": 1e999}]}', 'g: nodes[0].id is Infinity; it must be a number, a text or a list'],
    ['{"nodes": [{"__proto__": {"id": 0}}]}', 'g: nodes[0].id is missing; it must be a number, a text'],
    [json([0, 1], [edge(0, 2)]), 'g: edges[0].target is 2; it must be the id of a node'],
    [json([0, 1], [{ target: 1 }]), 'g: edges[0].source is missing; it must be a number, a text or a list'],
    [json(['a', 'b'], [edge('b', 'b')]), 'g: edges[0]: peer b is joined to itself'],
    [json([0, 1], [edge(0, 1), edge(1, 0)]), 'g: edges[1]: the edge 1 0 is there already, at g: edges[0]'],
    [json([0, 1], [edge(0, 1, { weight: -1 })]), 'g: edges[0]: the weight -1 must be a number from 0 to 1'],
    [json([0, 1], [edge(0, 1, { weight: '1' })]), "g: edges[0].weight is '1'; it must be a finite number"],
    [
      json([0, 1, 2], [edge(0, 1), edge(1, 2, { weight: 0.5 })]),
      'g: edges[1]: this edge has a weight, the first one has none; give one to every edge or to none'
    ]
  ])('%s is refused', (text, message) => {
    expect(() => read(text, 'node-link')).toThrow(ExperimentError)
    expect(() => read(text, 'node-link')).toThrow(message)
  })
})

describe('texts that are made to do harm', () => {
  const names = ['__proto__', 'constructor', 'toString']
  const heard = [[1], [0, 2], [1]]

  test('names that objects have from birth are names of nodes', () => {
    const inJson = json(names, [edge(names[0], names[1]), edge(names[1], names[2])], { directed: false })
    expect(read(inJson, 'node-link').graph.neighbours).toEqual(heard)
    const nodes = names.map(name => `<node id="${name}"/>`)
    const edges = [0, 1].map(k => `<edge source="${names[k]}" target="${names[k + 1]}"/>`)
    const inXml = xml(`<graph edgedefault="undirected">${[...nodes, ...edges].join('')}</graph>`)
    expect(read(inXml, 'graphml').graph.neighbours).toEqual(heard)
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('id')
  })

  test.each<[string, GraphFormatName, () => string, string]>([
    [
      'lists in lists as an id',
      'node-link',
      () => `{"nodes": [{"id": ${'['.repeat(100_000)}${']'.repeat(100_000)}}], "edges": []}`,
      'g: nodes[0].id is a list of 1; it must be a number, a text or a list'
    ],
    [
      'elements in elements',
      'graphml',
      () => '<a>'.repeat(100_000) + '</a>'.repeat(100_000),
      'g:1: elements in each other, more than 100 deep'
    ],
    [
      'attributes without end',
      'graphml',
      () => `<a ${'b="c" '.repeat(300_000)}`,
      'g:1: "<a b="c" b="c" b="c" b="c" b="c" b="c" b" is not XML that is understood here'
    ],
    ['spaces without end', 'graphml', () => `<a${' '.repeat(1_000_000)}b`, 'g:1: "<a    '],
    [
      'an entity that objects have',
      'graphml',
      () => '<a>&constructor;</a>',
      'g:1: "&constructor;" is none of'
    ],
    ['a name without end', 'graphml', () => `<${'x'.repeat(1_000_000)}`, 'g:1: "<xxx'],
    [
      'digits without end',
      'edge-list',
      () => `0 ${'9'.repeat(1_000_000)}`,
      'g:1: peer Infinity among 2 peers'
    ],
    ['spaces without end in a line', 'edge-list', () => `0 1${' '.repeat(1_000_000)}a b`, 'g:1: "0 1  ']
  ])('%s: refused at once, in one short line', (_, format, text, message) => {
    const hostile = text()
    const began = performance.now()
    expect(() => read(hostile, format)).toThrow(ExperimentError)
    expect(performance.now() - began).toBeLessThan(2000)
    expect(() => read(hostile, format)).toThrow(message)
  })

  test('an element may have any number of attributes', () => {
    const many = Array.from({ length: 300_000 }, (_, k) => `a${k}="b"`).join(' ')
    const text = undirected('').replace('<graph ', `<graph ${many} `)
    expect(read(text, 'graphml').graph.neighbours).toEqual([[], [], []])
  })
})

const xml = (graph: string, keys = ''): string => `<graphml>\n${keys}${graph}\n</graphml>`
const NODES = '<node id="a"/><node id="b"/><node id="c"/>'
const undirected = (edges: string, keys = ''): string =>
  xml(`<graph edgedefault="undirected">${NODES}\n${edges}</graph>`, keys)

describe('GraphML', () => {
  test('comments, instructions, prefixes, other data, entities and literal text are read over or decoded', () => {
    const text = `<?xml version="1.0"?><!-- <graph> -->
      <g:graphml xmlns:g="x"><g:key id="w" for="edge" attr.name="weight"/><g:key id="c" attr.name="colour"/>
      <g:graph edgedefault='undirected'><g:desc>A &amp; B</g:desc>
        <g:node id="a&lt;&#98;&#x63;"><g:data key="c"><y:Shape><y:Label>edge</y:Label></y:Shape></g:data></g:node>
        <g:node id='"'/>
        <g:edge source="a&lt;bc" target="&quot;"
          ><g:data key="c">red</g:data><g:data key="w"> <![CDATA[0.5]]> </g:data></g:edge>
      </g:graph></g:graphml>`
    expect(read(text, 'graphml')).toEqual({
      graph: { neighbours: [[1], [0]], weights: [[0.5], [0.5]] },
      directed: false
    })
  })

  test('an edge without data has the default weight of the key', () => {
    const keys = '<key id="w" for="edge" attr.name="weight"><default>0.125</default></key>'
    const edges = '<edge source="a" target="b"/><edge source="b" target="c"><data key="w">0.25</data></edge>'
    expect(read(undirected(edges, keys), 'graphml').graph.weights).toEqual([[0.125], [0.125, 0.25], [0.25]])
  })

  test('one directed edge makes the graph directed, in which the others go both ways', () => {
    const edges = '<edge source="a" target="b"/><edge source="b" target="c" directed="true"/>'
    expect(read(undirected(edges), 'graphml')).toEqual({
      graph: { neighbours: [[1], [0], [1]] },
      directed: true
    })
  })

  test.each([
    ['', 'g:1: there is no element'],
    ['0 1\n', 'g:1: "0 1\\x0a" is outside of the root'],
    ['<html>\n</html>', 'g: there is no <graphml> with a <graph> in it'],
    ['<graphml>\n<graph edgedefault="directed">\n', 'g:2: <graph> does not end'],
    ['<graphml>\n</graph>', 'g:2: </graph> ends nothing that began'],
    ['<graphml/>\n<graphml/>', 'g:2: <graphml> after the end of the root'],
    [
      '\n<!DOCTYPE x [<!ENTITY e SYSTEM "f">]><graphml/>',
      'g:2: "<!DOCTYPE x [<!ENTITY e SYSTEM "f">]><gr" is not XML'
    ],
    ['<graphml a=1/>', 'g:1: "<graphml a=1/>" is not XML that is understood here'],
    ['<graphml>\n<!-- no end', 'g:2: "<!-- no end" is not XML that is understood here'],
    ['<graphml>\n&e;</graphml>', 'g:1: "&e;" is none of &amp; &lt; &gt; &quot; &apos; &#…;'],
    ['<graphml a="&#x110000;"/>', 'g:1: "&#x110000;" is none of &amp;'],
    ['<graphml a="&amp"/>', 'g:1: "&amp" is none of &amp;'],
    [xml('<graph/>'), 'g:2: <graph> has no edgedefault'],
    [xml('<graph edgedefault="both"/>'), 'g:2: edgedefault="both" of <graph> must be directed or undirected'],
    [undirected('<node/>'), 'g:3: <node> has no id'],
    [undirected('<node id="a"/>'), 'g:3: the node "a" is there already'],
    [undirected('<edge source="a"/>'), 'g:3: <edge> has no target'],
    [undirected('<edge source="a" target="d"/>'), 'g:3: the target "d" of this edge is no node'],
    [
      undirected('<edge source="a" target="b" directed="1"/>'),
      'g:3: directed="1" of <edge> must be true or false'
    ],
    [undirected('<edge source="a" target="a"/>'), 'g:3: peer a is joined to itself'],
    [
      undirected('<edge source="a" target="b"/>\n<edge source="b" target="a"/>'),
      'g:4: the edge b a is there already, at g:3'
    ],
    [undirected('<hyperedge/>'), 'g:3: there must be one graph, without graphs or hyperedges in it'],
    [
      undirected('<node id="d"><graph edgedefault="directed"/></node>'),
      'g:3: there must be one graph, without graphs or hyperedges in it'
    ],
    [
      undirected(
        '<edge source="a" target="b"><data key="w">NaN</data></edge>',
        '<key id="w" attr.name="weight"/>'
      ),
      'g:3: the weight "NaN" must be a number from 0 to 1'
    ]
  ])('%j is refused', (text, message) => {
    expect(() => read(text, 'graphml')).toThrow(ExperimentError)
    expect(() => read(text, 'graphml')).toThrow(message)
  })

  test('no text makes the reader fail otherwise than by saying what is wrong', () => {
    const pieces = [
      '<graphml>',
      '</graphml>',
      '<graph edgedefault="directed">',
      '</graph>',
      '<node id="a"/>',
      '&lt;'
    ]
    const more = [
      '<edge source="a" target="a"/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<',
      '>',
      '"',
      '\n',
      'x'
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 12 }), parts => {
        try {
          read(parts.join(''), 'graphml')
        } catch (error) {
          expect(error).toBeInstanceOf(ExperimentError)
        }
      }),
      { seed: 3, numRuns: 500 }
    )
  })
})

describe('file', () => {
  test('knows the form by the ending of the name, or else by the first character', () => {
    const folder = temporaryFolder()
    const { graph } = built('ring', 5)
    for (const format of FORMATS) {
      const path = join(folder, format)
      writeFileSync(path, `\uFEFF${exportTopology(graph, false, undefined, format)}`)
      expect(fromFile(path).graphAt(0)).toEqual(graph)
    }
    const path = join(folder, 'graph.json')
    writeFileSync(path, '0 1\n')
    expect(() => fromFile(path)).toThrow(`${path} is not JSON`)
  })

  test('ignores the weights of a file if it is told so: they may be anything', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'distances.txt')
    writeFileSync(path, '0 1 12.5\n1 2 -3\n')
    expect(() => fromFile(path)).toThrow(
      `${path}:1: the weight 12.5 must be a number from 0 to 1; weights=ignored`
    )
    expect(fromFile(path, { weights: 'ignored' }).graphAt(0)).toEqual({ neighbours: [[1], [0, 2], [1]] })
    expect(file.prescribesWeights?.({ path, directed: false, weights: 'ignored' })).toBe(false)
    const json = join(folder, 'distances.json')
    writeFileSync(
      json,
      '{"nodes": [{"id": 0}, {"id": 1}], "edges": [{"source": 0, "target": 1, "weight": 7}]}'
    )
    expect(fromFile(json, { weights: 'ignored' }).graphAt(0)).toEqual({ neighbours: [[1], [0]] })
  })

  test('reads an edge list as directed if it is told so; other forms say it themselves', () => {
    const folder = temporaryFolder()
    const text = join(folder, 'cycle.txt')
    writeFileSync(text, '0 1\n1 2\n2 0\n')
    const cycle = fromFile(text, { directed: true })
    expect(cycle.directed).toBe(true)
    expect(cycle.graphAt(0).neighbours).toEqual([[2], [0], [1]])
    const other = join(folder, 'cycle.json')
    writeFileSync(other, json([0, 1], [edge(0, 1)]))
    expect(() => fromFile(other, { directed: true })).toThrow(
      `${other}: the file itself says that the graph is undirected, not directed=true`
    )
  })

  test.each([
    ['no peers', '{"nodes": [], "edges": []}', 'a graph without peers'],
    [
      'too many peers',
      json(
        new Array(1_000_001).fill(0).map((_, i) => i),
        []
      ),
      '1000001 peers; at most 1000000'
    ]
  ])('refuses %s', (_, text, message) => {
    const path = join(temporaryFolder(), 'graph.json')
    writeFileSync(path, text)
    expect(() => fromFile(path)).toThrow(`${path}: ${message}`)
  })

  test('refuses what is no file, as a device that never ends', () => {
    expect(() => fromFile('/dev/zero')).toThrow('file:/dev/zero cannot be read: it is no file')
  })

  test('refuses a file that is too large without reading it', () => {
    const path = join(temporaryFolder(), 'graph.txt')
    const handle = openSync(path, 'w')
    ftruncateSync(handle, 200_000_001)
    closeSync(handle)
    expect(() => fromFile(path)).toThrow(
      `file:${path} cannot be read: it has 200000001 bytes, at most 200000000 are possible`
    )
  })

  test('the fixtures say where they come from', () => {
    for (const name of [
      'kite.json',
      'kite.graphml',
      'kite.edges',
      'named-directed.graphml',
      'grid-links.json'
    ]) {
      expect(readFileSync(join(FIXTURES, name), 'utf8')).toContain('networkx 3.6.1')
    }
  })
})

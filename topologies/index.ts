/** The topologies by name, and what can be said about them. */
import type { TopologyFamily } from '../src/interfaces.ts'
import { barabasiAlbert } from './barabasi-albert.ts'
import { barbell } from './barbell.ts'
import { base } from './base.ts'
import { binaryTree } from './binary-tree.ts'
import { circulant } from './circulant.ts'
import { complete } from './complete.ts'
import { dCliques } from './d-cliques.ts'
import { deBruijn } from './de-bruijn.ts'
import { epidemic } from './epidemic.ts'
import { equidyn } from './equidyn.ts'
import { equistatic } from './equistatic.ts'
import { erdosRenyi } from './erdos-renyi.ts'
import { exponential } from './exponential.ts'
import { file } from './file.ts'
import { grid } from './grid.ts'
import { hypercube } from './hypercube.ts'
import { hypercuboid } from './hypercuboid.ts'
import { onePeerExponential } from './one-peer-exponential.ts'
import { onePeerHypercube } from './one-peer-hypercube.ts'
import { path } from './path.ts'
import { randomGeometric } from './random-geometric.ts'
import { randomMatching } from './random-matching.ts'
import { randomRegular } from './random-regular.ts'
import { ring } from './ring.ts'
import { ringLattice } from './ring-lattice.ts'
import { star } from './star.ts'
import { torus } from './torus.ts'
import { wattsStrogatz } from './watts-strogatz.ts'
import { wheel } from './wheel.ts'

const families = {
  ring,
  'ring-lattice': ringLattice,
  path,
  star,
  wheel,
  'binary-tree': binaryTree,
  barbell,
  complete,
  grid,
  torus,
  hypercube,
  exponential,
  circulant,
  'de-bruijn': deBruijn,
  'random-regular': randomRegular,
  'erdos-renyi': erdosRenyi,
  'watts-strogatz': wattsStrogatz,
  'barabasi-albert': barabasiAlbert,
  'random-geometric': randomGeometric,
  equistatic,
  equidyn,
  'random-matching': randomMatching,
  epidemic,
  'one-peer-exponential': onePeerExponential,
  'one-peer-hypercube': onePeerHypercube,
  hypercuboid,
  base,
  'd-cliques': dCliques,
  file
} satisfies Record<string, TopologyFamily>

export type TopologyName = keyof typeof families

/** The only list of topologies. */
export const topologies: Readonly<Record<string, TopologyFamily>> = families

export { mixingOf } from './mixing/mixing.ts'
export { denseMatrix, mixingMatrix, WEIGHTS, type Weights } from './mixing/mixing-matrix.ts'
export {
  type TopologyReport,
  type TopologySummary,
  topologyReport,
  topologySummary
} from './mixing/report.ts'
export { type Spectrum, spectrumOf } from './mixing/spectrum.ts'
export { type Study, type Subject, standardWeights, studyOf } from './mixing/study.ts'
export { assertConnected, connectedComponents } from './parts/graph.ts'
export { staticGraph, unionGraph } from './parts/topology.ts'

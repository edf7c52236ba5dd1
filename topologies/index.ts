/** The topologies by name, and what can be said about them. */
import type { TopologyFamily } from '../src/interfaces.ts'
import { complete } from './complete.ts'
import { exponential } from './exponential.ts'
import { file } from './file.ts'
import { grid } from './grid.ts'
import { hypercube } from './hypercube.ts'
import { path } from './path.ts'
import { randomRegular } from './random-regular.ts'
import { ring } from './ring.ts'
import { star } from './star.ts'
import { torus } from './torus.ts'

const families = {
  ring,
  path,
  star,
  complete,
  grid,
  torus,
  hypercube,
  exponential,
  'random-regular': randomRegular,
  file
} satisfies Record<string, TopologyFamily>

export type TopologyName = keyof typeof families

/** The only list of topologies. */
export const topologies: Readonly<Record<string, TopologyFamily>> = families

export { assertConnected, connectedComponents, staticGraph } from './graph.ts'
export { denseMatrix, mixingMatrix, WEIGHTS, type Weights } from './mixing-matrix.ts'
export { type TopologyReport, topologyReport } from './report.ts'
export { type Spectrum, spectrumOf } from './spectrum.ts'

/**
 * The ring: peer i hears i − 1 and i + 1 modulo N.
 *
 * Degree 2, diameter ⌊N/2⌋, eigenvalues (1 + 2 cos(2πk/N)) / 3, so the gap shrinks as 4π²/(3N²), and λ_min = −1/3 for
 * even N (Brouwer, Haemers, Spectra of Graphs, 2012). Two peers share one edge; one peer has none.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { circulantEigenvalues, circulantGraph } from './parts/circulants.ts'
import { circleLayout } from './parts/layouts.ts'
import { fixed } from './parts/topology.ts'

const OFFSETS = [1, -1]

export const ring: TopologyFamily<object> = {
  description: 'a cycle: every peer hears the one before it and the one after it',
  picture: '○─○─○─…─○ ↺',
  options: z.strictObject({}),
  build: peers => fixed('ring', circulantGraph(peers, OFFSETS)),
  metropolisEigenvalues: peers => circulantEigenvalues(peers, OFFSETS),
  layout: circleLayout
}

/** The facts about one topology: names on the left, what there is to say on the right. */

import type { TopologyReport } from '../../topologies/mixing/report.ts'
import type { Study } from '../../topologies/mixing/study.ts'
import { diameter } from '../../topologies/parts/graph.ts'
import { count, figure } from '../report/format.ts'
import { peerCount } from './topology-request.ts'

type Fact = readonly [name: string, text: string]

/** Graph, weights, spectrum or contraction, effective neighbours, worst link. */
export function factsOf(study: Study, report: TopologyReport): Fact[] {
  const { weights, effectiveNeighbours, stochastic, peers } = report
  const facts: Fact[] = [
    ...graphFacts(study, report),
    ['weights', (weights === 'own' ? 'own: the topology prescribes them' : weights) + sums(stochastic)]
  ]
  facts.push(...(study.spectrum === null ? contractionFacts(report) : spectrumFacts(study, report)))
  facts.push([
    'effective neighbours',
    effectiveNeighbours === null
      ? whyNoNeighbours(report)
      : `${figure(effectiveNeighbours['0.9'])} at γ = 0.9, ${figure(effectiveNeighbours['0.99'])} at 0.99, of ${count(peers)}`
  ])
  if (report.worstLink !== null) facts.push(['worst link', worstLinkInWords(report)])
  return facts
}

function whyNoNeighbours({ agrees, period, stochastic, peers }: TopologyReport): string {
  if (!agrees) return 'none: there is no consensus'
  if (period === null) return 'not known of rounds that are drawn'
  if (stochastic === 'column') return 'none: W alone is no averaging'
  return period === 1 ? 'not known: they need all eigenvalues' : `not computed for ${peerCount(peers)}`
}

const sums = (stochastic: TopologyReport['stochastic']): string =>
  ({
    doubly: '',
    row: ' (rows of W sum to 1, columns do not)',
    column: ' (columns of W sum to 1, rows do not)'
  })[stochastic]

function graphFacts({ graph, isConnected }: Study, report: TopologyReport): Fact[] {
  const { degree, period, directed, edges } = report
  const { min, mean, max } = degree
  const links = graph.neighbours.reduce((sum, heard) => sum + heard.length, 0)
  const number = count(edges?.length ?? (directed ? links : links / 2))
  const whole = period === 1 ? '' : period === null ? ' in round 1' : ` in ${period} rounds`
  const each = period === 1 ? '' : ' a round'
  const diameterText =
    report.diameter !== null
      ? count(report.diameter)
      : isConnected === true
        ? `≥ ${count(diameter(graph).value)} (a bound: too many peers to measure all distances)`
        : isConnected === false
          ? 'none: the graph is not connected'
          : undefined
  return [
    [directed ? 'links' : 'edges', number + whole],
    ['degree', (min === max ? count(max) : `${count(min)} to ${count(max)}, mean ${mean.toFixed(2)}`) + each],
    ...(diameterText === undefined ? [] : [['diameter', diameterText + (period === 1 ? '' : whole)] as const])
  ]
}

function spectrumFacts({ spectrum }: Study, { directed, stochastic, peers }: TopologyReport): Fact[] {
  if (spectrum === null) return []
  const { lambda2, lambdaMin, spectralRadius, spectralGap, secondModulus, converged, method } = spectrum
  const atLeast = converged ? '' : '≥ '
  const atMost = converged ? '' : '≤ '
  const none = peers === 1 ? 'one peer has none' : 'complex'
  const source = converged ? method : 'Lanczos did not converge: bounds only, null in --json'
  const isComplex = lambda2 === null && peers > 1
  return [
    ...(isComplex
      ? ([['eigenvalues', `${directed ? 'directed: they are complex' : 'not all real'}`]] as const)
      : ([
          ['λ₂', lambda2 === null ? none : atLeast + decimals(lambda2)],
          ['λ_min', lambdaMin === null ? none : atMost + decimals(lambdaMin)]
        ] as const)),
    ...(isComplex || stochastic !== 'doubly'
      ? ([['second |λ|', secondModulus === null ? 'not known' : atLeast + decimals(secondModulus)]] as const)
      : []),
    ['‖W − 11ᵀ/N‖₂', atLeast + decimals(spectralRadius)],
    stochastic === 'doubly'
      ? ['spectral gap', `${atMost}${gap(spectralGap)} (${source})`]
      : [
          'gap 1 − |λ|',
          secondModulus === null ? 'not known' : `${atMost}${gap(1 - secondModulus)} (${source})`
        ]
  ]
}

/** Of a topology that changes: what a period leaves, or a round in the mean. */
function contractionFacts({ contraction, period }: TopologyReport): Fact[] {
  const { perRound, perPeriod, exactAfter, method } = contraction
  if (exactAfter !== null) {
    return [['contraction', `exact after ${count(exactAfter)} rounds from the first: everybody has the mean`]]
  }
  const factor = perRound === null ? 'not known' : decimals(perRound)
  if (period === null) {
    return [['contraction', `${factor} a round, in the root mean square (${method})`]]
  }
  return perPeriod === null
    ? [['contraction', `${factor} a round${perRound === null ? '' : ` (${method})`}`]]
    : [
        [
          '‖W_T ⋯ W_1 − 11ᵀ/N‖₂',
          `${decimals(perPeriod)} (${method}): left of differences after T = ${period} rounds`
        ],
        ['contraction', `${factor} a round: the T-th root of that`]
      ]
}

function worstLinkInWords({ worstLink, edges }: TopologyReport): string {
  if (worstLink === null) return 'not known'
  const { link, share, alike, isBridge } = worstLink
  const links = edges?.length ?? 0
  if (alike === links) {
    return links === 1 ? 'the only one' : `none: all ${count(links)} are alike`
  }
  const others = alike > 1 ? `, and so ${alike === 2 ? 'does 1 other' : `do ${count(alike - 1)} others`}` : ''
  const bridge = isBridge ? '; without it the graph falls apart' : ''
  return (
    `${link[0]}–${link[1]} carries ${percent(share)} of the slowest difference` +
    ` (a fair share: ${percent(1 / links)})${others}${bridge}`
  )
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`

/** Six decimals; never −0. */
const decimals = (value: number): string => (Math.abs(value) < 5e-7 ? 0 : value).toFixed(6)

/** Six decimals, or four digits of a small gap. */
const gap = (value: number): string =>
  value < 1e-3 && value > 1e-12 ? value.toExponential(3) : decimals(value)

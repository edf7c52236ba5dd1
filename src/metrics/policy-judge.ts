/** How policies of finite environments are judged: by their exact return, state by state against V_i*. */
import { optimalValues, policyValue } from '../../peers/environments/exact.ts'
import type { Fleet, PolicyReadOut } from '../interfaces.ts'
import type { PeerJudge } from './judge.ts'
import { policyColumns } from './policies.ts'

export function policyJudge(fleet: Fleet, { policyInto }: PolicyReadOut): PeerJudge {
  const { peers, states, actions, evaluation } = fleet
  const best = optimalValues(fleet)
  const policy = new Float64Array(states * actions)
  const values = new Float64Array(states)
  return {
    solution: undefined,
    scale: 0,
    measure(theta, takesPart) {
      const returns = new Float64Array(peers).fill(Number.NaN)
      const valueGap = new Float64Array(peers).fill(Number.NaN)
      function look(i: number, ofPeer: Float64Array): void {
        returns[i] = policyValue(fleet, i, ofPeer, values)
        let gap = 0
        for (let s = 0; s < states; s++) {
          const off = best[i * states + s]! - values[s]!
          gap += evaluation[s]! * off * off
        }
        valueGap[i] = Math.sqrt(gap)
      }
      const asked = {
        actions,
        weights: evaluation,
        look,
        policyInto: (i: number, out: Float64Array) => policyInto(actions, theta.values, i * theta.stride, out)
      }
      return {
        valueError: null,
        excessValueError: null,
        fixedPointError: null,
        return: returns,
        valueGap,
        ...policyColumns(asked, takesPart)
      }
    },
    returnIn(environment, parameters) {
      policyInto(actions, parameters, 0, policy)
      return policyValue(fleet, environment, policy, values)
    },
    view(peer, parameters) {
      const chosen = new Float64Array(states * actions)
      const exact = new Float64Array(states)
      policyInto(actions, parameters, 0, chosen)
      policyValue(fleet, peer, chosen, exact)
      return {
        values: exact,
        exactValues: best.slice(peer * states, (peer + 1) * states),
        federatedValues: null,
        weights: evaluation.slice(),
        policy: chosen,
        solution: null,
        ownSolution: null
      }
    }
  }
}

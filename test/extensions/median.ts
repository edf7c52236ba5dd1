/**
 * The coordinate-wise median of one's own parameters and of all that arrived (Yin et al. 2018): a minority of peers, however far off
 * they are, cannot pull the others along. Of an even number the mean of the two in the middle. The mean of all
 * peers does not stay what it was.
 */
import { type AggregationFamily, HEARD, Neighbourhood, planOver, sendParameters, z } from '@murmuration/swarm'

const median: AggregationFamily<object> = {
  description: 'every peer takes the coordinate-wise median of its neighbours and itself',
  options: z.strictObject({}),
  traits: { weights: null },
  build({ mixing, parameters, hosted }) {
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const { rowStart } = neighbourhood.links
    return {
      name: 'median',
      plan: planOver(mixing, parameters),
      correction: undefined,
      state: neighbourhood.state,
      begin: round => neighbourhood.begin(round),
      compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend()),
      combine(_hop, theta, inbox) {
        neighbourhood.listen(inbox)
        const { payloads, stride, slots } = inbox
        for (let i = neighbourhood.hosted.first; i < neighbourhood.hosted.last; i++) {
          const rows: number[] = []
          for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++)
            if (neighbourhood.heard[k] === HEARD.message) rows.push(slots[k]! * stride)
          const own = i * theta.stride
          const heard = new Float64Array(rows.length + 1)
          for (let c = 0; c < parameters; c++) {
            heard[0] = theta.values[own + c]!
            for (const [n, row] of rows.entries()) heard[n + 1] = payloads[row + c]!
            theta.spare[own + c] = middleOf(heard.sort())
          }
        }
        theta.swap()
      },
      restart: i => neighbourhood.restart(i),
      neighboursOf: i => neighbourhood.of(i)
    }
  }
}

function middleOf(ascending: Float64Array): number {
  const upper = ascending.length >> 1
  return ascending.length % 2 === 1 ? ascending[upper]! : (ascending[upper - 1]! + ascending[upper]!) / 2
}

export const aggregations = { median }

/** What happens between two rounds, in words. */
import type { FaultAction, Pair, Participant } from '../faults/schema.ts'
import { percentage } from './format.ts'

const nameOf = (who: Participant): string => (who === 'hub' ? 'the hub' : `peer ${who}`)
const listed = (list: readonly Participant[]): string =>
  list.length === 1
    ? nameOf(list[0] ?? 'hub')
    : `peers ${list.map(who => (who === 'hub' ? 'hub' : who)).join(', ')}`
const linked = (pairs: readonly Pair[], between: string): string =>
  pairs.map(pair => pair.join(between)).join(', ')

/** As `peer 3 is killed`. */
export function faultInWords(action: FaultAction): string {
  if ('stop' in action)
    return `${listed(action.stop)} ${action.stop.length === 1 ? 'is' : 'are'} ${action.how}`
  if ('return' in action) {
    const verb = action.return.length === 1 ? 'returns' : 'return'
    return `${listed(action.return)} ${verb} ${action.state === 'kept' ? 'with its state' : 'with nothing'}`
  }
  if ('join' in action) return `${listed(action.join)} ${action.join.length === 1 ? 'joins' : 'join'}`
  if ('cut' in action) {
    return action.direction === 'both'
      ? `link ${linked(action.cut, '–')} is cut`
      : `link ${linked(action.cut, '→')} is cut one way`
  }
  if ('heal' in action) {
    return action.heal === 'all' ? 'all links are healed' : `link ${linked(action.heal, '–')} is healed`
  }
  if ('partition' in action) {
    return `the swarm falls apart: ${action.partition.map(group => `{${group.join(', ')}}`).join(' ')}`
  }
  if ('slow' in action) {
    return `${listed(action.slow)} ${action.slow.length === 1 ? 'sends' : 'send'} ${action.byMs} ms later`
  }
  if ('loss' in action) {
    const { name, probability } = action.loss
    const together = name === 'both' ? ', both ways of an edge at once' : ''
    return `${percentage(probability)} of the messages are lost${together}`
  }
  if ('delayMs' in action) {
    const { name, ...options } = action.delayMs
    const given = Object.entries(options).map(([key, value]) => ` ${key}=${value}`)
    return `messages take time: ${name}${given.join('')}, in ms`
  }
  if ('duplicates' in action) return `${percentage(action.duplicates)} of the messages come twice`
  return `${percentage(action.reordering)} of the messages come after others`
}

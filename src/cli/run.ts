/**
 * `murmur run`: one swarm in a thread of its own; the dashboard on a terminal, else progress on stderr; then the final table
 * or one JSON object on stdout.
 */
import { topologies } from '../../topologies/index.ts'
import { nameOf, rivalsOf, traitsOf, usesHub } from '../aggregation/names.ts'
import { parseNamed, specOf } from '../experiment/named.ts'
import type { Experiment } from '../experiment/schema.ts'
import { finalTable } from '../report/final-table.ts'
import { columns } from '../report/format.ts'
import { runJson } from '../report/run-json.ts'
import type { Outcome } from '../session/protocol.ts'
import { hasScreen } from './has-screen.ts'
import type { RunRequest } from './run-request.ts'
import { runWithProgress } from './run-with-progress.ts'

const FAILED = 1
const INTERRUPTED = 130

/** Returns the exit code: 0, or 1 if the target was missed, or 130 if the run was interrupted. */
export async function runCommand(request: RunRequest): Promise<number> {
  const { json, ui, commandLine } = request
  const { outcome, isInterrupted } =
    ui && !json && hasScreen()
      ? await (await import('./run-on-screen.ts')).runOnScreen(request)
      : await runWithProgress(request)
  process.stdout.write(`${json ? JSON.stringify(runJson(outcome)) : text(outcome, commandLine)}\n`)
  if (isInterrupted) return INTERRUPTED
  return outcome.status === 'target-missed' ? FAILED : 0
}

function text(outcome: Outcome, command: string): string {
  const { status, folder, experiment, result, rivals, divergedRivals, withFaults } = outcome
  const sections = [finalTable(outcome)]
  if (folder !== undefined) sections.push(`Record: ${folder}`)
  if (status === 'target-missed') sections.push(`The target ${experiment.until} was not reached.`)
  if (status === 'finished' && experiment.until !== null) sections.push(`Target ${experiment.until} reached.`)
  if (status === 'interrupted') {
    sections.push(
      folder === undefined ? 'Interrupted.' : `Interrupted. To go on: npx murmur run --resume ${folder}`
    )
  } else if (
    result !== undefined &&
    rivals.length + divergedRivals.length < rivalsOf(experiment.aggregation, withFaults).length
  ) {
    sections.push('The run is complete, the comparison was interrupted.')
  } else sections.push(tryNext(experiment, command))
  return sections.join('\n\n')
}

/** Three commands that lead on from here; `command` is the one that was run. */
function tryNext(
  { topology, peers, aggregation, weights, name, environment }: Experiment,
  command: string
): string {
  /** The same command, with this in place of what it said of the same key. */
  const again = (key: string, value: string): string => `npx ${without(command, key)} --${key} ${value}`
  const graph = usesHub(aggregation) ? 'ring' : specOf(parseNamed(topology, topologies, 'topology'))
  const commands = [
    otherExchange(),
    name === 'opposite' || environment.heterogeneity === 'opposite'
      ? [
          again('aggregation', nameOf(aggregation) === 'gossip' ? 'gossip-scafflsa' : 'gossip'),
          'with another aggregation'
        ]
      : ['npx murmur run opposite', 'opposite peers, corrected gossip'],
    [`npx murmur topology ${graph} --peers ${peers}`, 'how fast it mixes, what it costs']
  ]
  return [
    'Try next:',
    ...columns(
      commands.map(each => ['', ...each]),
      'lll'
    )
  ].join('\n')

  function otherExchange(): [string, string] {
    if (usesHub(aggregation)) return [again('aggregation', 'gossip'), 'the same peers without a server']
    const { over, graph: needed } = traitsOf(aggregation)
    if (over === 'nothing') return [again('aggregation', 'gossip'), 'the same peers, talking']
    const [first, second] = needed === 'tree' ? ['binary-tree', 'star'] : ['exponential', 'torus']
    const fits = weights === 'own' ? without(command, 'weights') : command
    const other = topology.name === first ? second : first
    return [`npx ${without(fits, 'topology')} --topology ${other}`, 'the same on another graph']
  }
}

/** The command without what it says of a key, be it with a flag or with --set; its words are quoted for a shell. */
const without = (command: string, key: string): string =>
  command.replace(new RegExp(` (?:--${key}[ =]|--set[ =](?='?${key}[.=]))('[^']*'|\\S+)`, 'g'), '')

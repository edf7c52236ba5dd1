/**
 * `murmur run`: one swarm in a thread of its own; the dashboard on a terminal, else progress on stderr; then the final table
 * or one JSON object on stdout.
 */
import { topologies } from '../../topologies/index.ts'
import { nameOf, rivalsOf, traitsOf, usesHub } from '../aggregation/names.ts'
import { parseNamed, specOf } from '../experiment/named.ts'
import { finalTable } from '../report/final-table.ts'
import { columns } from '../report/format.ts'
import { runJson } from '../report/run-json.ts'
import type { Outcome } from '../session/protocol.ts'
import { hasScreen } from './has-screen.ts'
import { LINE_WIDTH } from './lines.ts'
import type { RunRequest } from './run-request.ts'
import { runWithProgress } from './run-with-progress.ts'
import { writePolicy } from './save-policy.ts'

const FAILED = 1
const INTERRUPTED = 130

/** Returns the exit code: 0, or 1 if the target was missed, or 130 if the run was interrupted. */
export async function runCommand(request: RunRequest): Promise<number> {
  const { json, ui, commandLine, parameters, savePolicy } = request
  const { outcome, isInterrupted } =
    ui && !json && hasScreen()
      ? await (await import('./run-on-screen.ts')).runOnScreen(request)
      : await runWithProgress(request)
  const told = parameters ? outcome : { ...outcome, parameters: [], neighbours: [] }
  process.stdout.write(`${json ? JSON.stringify(runJson(told)) : text(outcome, commandLine)}\n`)
  if (savePolicy !== null) {
    writePolicy(savePolicy, outcome)
    process.stderr.write(`${savePolicy} has the parameters of ${outcome.experiment.peers} peers\n`)
  }
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
  } else sections.push(tryNext(outcome, command))
  return sections.join('\n\n')
}

/** Three commands that lead on from here; `command` is the one that was run. */
function tryNext({ experiment, result, folder }: Outcome, command: string): string {
  const { topology, peers, aggregation, weights, name, environment } = experiment
  /** The same command, with this in place of what it said of the same key. */
  const again = (key: string, value: string): string => `npx ${without(command, key)} --${key} ${value}`
  const graph = usesHub(aggregation) ? 'ring' : specOf(parseNamed(topology, topologies, 'topology'))
  const commands = [
    otherExchange(),
    (result?.swarm.return ?? null) !== null ? play() : opposites(),
    [`npx murmur topology ${graph} --peers ${peers}${usesIn(command)}`, 'how fast it mixes, what it costs']
  ]
  const beside = columns(
    commands.map(each => ['', ...each]),
    'lll'
  )
  const stacked = commands.flatMap(([command = '', what = '']) => [`  ${what}`, `    ${command}`])
  const fits = beside.every(line => line.length <= LINE_WIDTH)
  return ['Try next:', ...(fits ? beside : stacked)].join('\n')

  function opposites(): [string, string] {
    return name === 'opposite' || environment.heterogeneity === 'opposite'
      ? [
          again('aggregation', nameOf(aggregation) === 'gossip' ? 'gossip-scafflsa' : 'gossip'),
          'with another aggregation'
        ]
      : ['npx murmur run opposite', 'opposite peers, corrected gossip']
  }

  function play(): [string, string] {
    return folder === undefined
      ? [again('save-policy', 'policy.json'), 'the same, and keep its policies']
      : [`npx murmur play ${folder}`, 'an episode of what was learnt']
  }

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

/** What a command says of files of the user. */
const usesIn = (command: string): string => (command.match(/ --use ('[^']*'|\S+)/g) ?? []).join('')

/** The command without what it says of a key, be it with a flag or with --set; its words are quoted for a shell. */
const without = (command: string, key: string): string =>
  command.replace(new RegExp(` (?:--${key}[ =]|--set[ =](?='?${key}[.=]))('[^']*'|\\S+)`, 'g'), '')

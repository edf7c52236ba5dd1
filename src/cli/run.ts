/** `murmur run`: one swarm in a thread of its own; progress on stderr, the final table or one JSON object on stdout. */
import type { Experiment } from '../experiment/schema.ts'
import { finalTable } from '../report/final-table.ts'
import { columns } from '../report/format.ts'
import { runJson } from '../report/run-json.ts'
import type { Outcome, RecordRequest } from '../session/protocol.ts'
import { startSession } from '../session/start.ts'
import { progressLine } from './progress.ts'
import type { RunRequest } from './run-request.ts'

const FAILED = 1
const INTERRUPTED = 130

/** Returns the exit code: 0, or 1 if the target was missed, or 130 if the run was interrupted. */
export async function runCommand(request: RunRequest): Promise<number> {
  const { experiment, json, parameters, notes } = request
  const progress = progressLine(experiment.rounds, process.stderr)
  for (const note of notes) progress.say(note)
  const session = startSession({ experiment, record: recordOf(request), parameters }, event => {
    if (event.kind === 'progress') progress.update(event.round, event.sample)
    else if (event.kind === 'opening') progress.opening(event.connected, event.connections)
    else if (event.kind === 'comparing')
      progress.say(
        `simulating ${event.aggregation === 'none' ? 'each alone' : event.aggregation} to compare with …`
      )
    else progress.say(event.text)
  })
  let interrupts = 0
  const interrupt = (): void => {
    interrupts++
    if (interrupts === 1) {
      progress.say('stopping after this round; again to stop at once')
      session.send({ kind: 'stop' })
    } else process.exit(INTERRUPTED)
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    const outcome = await session.outcome
    progress.end()
    process.stdout.write(`${json ? JSON.stringify(runJson(outcome)) : text(outcome)}\n`)
    if (interrupts > 0) return INTERRUPTED
    return outcome.status === 'target-missed' ? FAILED : 0
  } finally {
    progress.end()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    // Whatever libp2p still has in hand ends here.
    await session.terminate()
  }
}

function recordOf({ record, resume, commandLine }: RunRequest): RecordRequest {
  if (resume !== null) return { kind: 'resume', run: resume }
  return record === null ? { kind: 'none' } : { kind: 'new', parent: record, command: commandLine }
}

function text(outcome: Outcome): string {
  const { status, folder, experiment } = outcome
  const sections = [finalTable(outcome)]
  if (folder !== undefined) sections.push(`Record: ${folder}`)
  if (status === 'target-missed') sections.push(`The target ${experiment.until} was not reached.`)
  if (status !== 'interrupted') sections.push(tryNext(experiment))
  else
    sections.push(
      folder === undefined ? 'Interrupted.' : `Interrupted. To go on: npx murmur run --resume ${folder}`
    )
  return sections.join('\n\n')
}

/** Three commands that lead on from here. */
function tryNext({ topology, peers, environment }: Experiment): string {
  const graph = topology.name === 'exponential' ? 'torus' : 'exponential'
  const commands = [
    [`npx murmur run --topology ${graph}`, 'the same peers on another graph'],
    environment.heterogeneity === 'opposite'
      ? ['npx murmur run opposite --aggregation gossip', 'without the correction']
      : ['npx murmur run opposite', 'opposite peers, corrected gossip'],
    [`npx murmur topology ${topology.name} --peers ${peers}`, 'how fast it mixes, what it costs']
  ]
  return [
    'Try next:',
    ...columns(
      commands.map(command => ['', ...command]),
      'lll'
    )
  ].join('\n')
}

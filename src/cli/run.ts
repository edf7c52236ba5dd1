/** `murmur run`: one swarm in a thread of its own; progress on stderr, the final table or one JSON object on stdout. */
import { rivalsOf, usesHub } from '../aggregation/names.ts'
import type { Named } from '../experiment/named.ts'
import type { Experiment } from '../experiment/schema.ts'
import { finalTable } from '../report/final-table.ts'
import { columns } from '../report/format.ts'
import { runJson } from '../report/run-json.ts'
import type { Outcome, RecordRequest, SessionNews } from '../session/protocol.ts'
import { startSession } from '../session/start.ts'
import { type Progress, progressLine } from './progress.ts'
import type { RunRequest } from './run-request.ts'

const FAILED = 1
const ECHO_MS = 200
const INTERRUPTED = 130

/** Returns the exit code: 0, or 1 if the target was missed, or 130 if the run was interrupted. */
export async function runCommand(request: RunRequest): Promise<number> {
  const { experiment, json, parameters, replay, swarmKey, notes } = request
  const progress = progressLine(experiment, process.stderr)
  for (const note of notes) progress.say(note)
  const session = startSession(
    { experiment, record: recordOf(request), replay, swarmKey, parameters },
    news => show(news, progress)
  )
  let interrupts = 0
  let lastMs = Number.NEGATIVE_INFINITY
  const interrupt = (): void => {
    // A launcher may pass on what its whole group got already.
    const isEcho = performance.now() - lastMs < ECHO_MS
    lastMs = performance.now()
    if (isEcho) return
    interrupts++
    if (interrupts === 1) {
      progress.say('stopping after this round; again to stop at once')
      session.send({ kind: 'stop' })
    } else process.exit(INTERRUPTED)
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.on('SIGHUP', interrupt)
  try {
    const outcome = await session.outcome
    progress.end()
    process.stdout.write(`${json ? JSON.stringify(runJson(outcome)) : text(outcome, request.commandLine)}\n`)
    if (interrupts > 0) return INTERRUPTED
    return outcome.status === 'target-missed' ? FAILED : 0
  } finally {
    progress.end()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    process.off('SIGHUP', interrupt)
    // Whatever libp2p still has in hand ends here.
    await session.terminate()
  }
}

function show(news: SessionNews, progress: Progress): void {
  switch (news.kind) {
    case 'note':
      progress.say(news.text)
      break
    case 'opening':
      progress.opening(news.connected, news.connections)
      break
    case 'progress':
      progress.update(news.round, news.sample)
      break
    case 'waiting':
      progress.waiting(news.for)
      break
    case 'comparing': {
      const { aggregation } = news
      progress.say(`simulating ${aggregation === 'none' ? 'each alone' : aggregation} to compare with …`)
    }
  }
}

function recordOf({ record, resume, commandLine }: RunRequest): RecordRequest {
  if (resume !== null) return { kind: 'resume', run: resume }
  return record === null ? { kind: 'none' } : { kind: 'new', parent: record, command: commandLine }
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
function tryNext({ topology, peers, aggregation, name, environment }: Experiment, command: string): string {
  const again = (flags: string): string => `npx ${command} ${flags}`
  const graph = usesHub(aggregation) ? 'ring' : specOf(topology)
  const commands = [
    usesHub(aggregation)
      ? [again('--aggregation gossip'), 'the same peers without a server']
      : [
          again(`--topology ${topology.name === 'exponential' ? 'torus' : 'exponential'}`),
          'the same on another graph'
        ],
    name === 'opposite' || environment.heterogeneity === 'opposite'
      ? [
          again(`--aggregation ${aggregation === 'gossip' ? 'gossip-scafflsa' : 'gossip'}`),
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
}

/** What to type for a thing with options. */
function specOf({ name, path, ...options }: Named): string {
  const pairs = Object.entries(options).map(([key, value]) => `${key}=${value}`)
  const rest = path === undefined ? pairs.join(',') : String(path)
  return rest === '' ? name : `${name}:${rest}`
}

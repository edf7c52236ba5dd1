/** `murmur play`: policies of a recorded run, or of a file of `--save-policy`, in the environments of its peers. */
import { capabilitiesOf } from '../dashboard/terminal.ts'
import type { Move, Played, Who } from '../policy/repertoire.ts'
import { columns, count, figure } from '../report/format.ts'
import { hasScreen } from './has-screen.ts'
import { matrixJson, matrixLines, matrixOf } from './play-matrix.ts'
import { type PlayFlags, type PlayRequest, playRequest } from './play-request.ts'
import { showEpisode } from './play-screen.ts'

/** Lines of an episode that are listed. */
const LISTED_LINES = 20

export async function playCommand(run: string, flags: PlayFlags): Promise<void> {
  const request = playRequest(run, flags)
  if (flags.matrix === true) {
    const matrix = matrixOf(request)
    write(request, { ...headJson(request), ...matrixJson(matrix) }, () => [
      ...headLines(request),
      '',
      ...matrixLines(matrix)
    ])
    return
  }
  const { repertoire, who, environment, episodes = 1, json, ui } = request
  if (ui && !json && hasScreen()) {
    const { symbols } = capabilitiesOf(process.env)
    await showEpisode(repertoire, who, environment, symbols)
  }
  const played = repertoire.play(who, environment, episodes)
  const moves = repertoire.fleet.kind === 'finite' ? movesOf(request) : []
  const exact = repertoire.exactReturn(who, environment)
  write(
    request,
    {
      ...headJson(request),
      policy: who,
      environment,
      label: repertoire.fleet.labels[environment],
      return: exact ?? null,
      episodes: played,
      moves
    },
    () => [...headLines(request), '', ...episodeLines(request, played, exact), ...moveLines(moves)]
  )
}

function write({ json }: PlayRequest, object: object, lines: () => readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(object)}\n` : `${lines().join('\n')}\n`)
}

const headJson = ({ run, saved, seed, isGreedy }: PlayRequest): object => ({
  run,
  round: saved.round,
  peers: saved.experiment.peers,
  experiment: saved.experiment,
  seed,
  greedy: isGreedy
})

function headLines({ run, saved, seed, isGreedy }: PlayRequest): string[] {
  const { peers, environment, learner } = saved.experiment
  return [
    `${count(peers)} peer${peers === 1 ? '' : 's'} · ${environment.name} · ${learner.name}, ` +
      `after ${count(saved.round)} rounds (${run}); seed ${seed}${isGreedy ? ', greedy' : ''}`
  ]
}

const WHOSE: Readonly<Record<Exclude<Who, number>, string>> = {
  mean: 'the policy of the mean of all parameters',
  logits: 'the policy of the mean of all logits'
}

function episodeLines(
  { repertoire, who, environment }: PlayRequest,
  played: readonly Played[],
  exact: number | undefined
): string[] {
  const { fleet } = repertoire
  const whose = typeof who === 'number' ? `the policy of peer ${who}` : WHOSE[who]
  const where = who === environment ? 'its own environment' : `the environment of peer ${environment}`
  const isListed = fleet.kind === 'finite'
  const header = ['episode', ...(isListed ? ['return'] : []), 'score', 'steps', '']
  const row = ({ discounted, score, steps, terminated }: Played, k: number): string[] => [
    String(k + 1),
    ...(isListed ? [figure(discounted)] : []),
    figure(score),
    count(steps),
    terminated ? 'terminated' : 'truncated'
  ]
  const meanOf = (key: 'discounted' | 'score' | 'steps'): string =>
    figure(played.reduce((sum, each) => sum + each[key], 0) / played.length)
  const mean =
    played.length === 1
      ? []
      : [['mean', ...(isListed ? [meanOf('discounted')] : []), meanOf('score'), meanOf('steps'), '']]
  return [
    `${whose}, in ${where} (${fleet.labels[environment]}):`,
    ...columns([header, ...played.map(row), ...mean], `r${'r'.repeat(header.length - 2)}l`),
    ...(exact === undefined ? [] : [`exact return J: ${figure(exact)}`])
  ]
}

/** The first episode, in a finite environment. */
function movesOf({ repertoire, who, environment }: PlayRequest): Move[] {
  const moves: Move[] = []
  let state = 0
  repertoire.play(who, environment, 1, (simulation, action) => {
    const next = simulation.state[0]!
    if (action !== null) moves.push({ state, action, reward: simulation.reward, next })
    state = next
  })
  return moves
}

/** How the first episode begins; steps that are all alike in one line. */
function moveLines(moves: readonly Move[]): string[] {
  if (moves.length === 0) return []
  const isLike = (a: Move, b: Move | undefined): boolean =>
    a.state === b?.state && a.action === b.action && a.reward === b.reward && a.next === b.next
  const starts = [...moves.keys()].filter(t => !isLike(moves[t]!, moves[t - 1]))
  const rows = starts.slice(0, LISTED_LINES).map((first, k) => {
    const { state, action, reward, next } = moves[first]!
    const last = (starts[k + 1] ?? moves.length) - 1
    const steps = last === first ? count(first) : `${count(first)}–${count(last)}`
    return [steps, String(state), String(action), figure(reward), String(next)]
  })
  return [
    '',
    `the first episode${starts.length > LISTED_LINES ? ', how it begins' : ''}:`,
    ...columns([['step', 'state', 'action', 'reward', 'then'], ...rows], 'rrrrr')
  ]
}

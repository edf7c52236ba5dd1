/** `npm run fuzz`: plays the scenarios of many seeds, and prints the line that replays each one that fails. */
import { parseArgs } from 'node:util'
import { Violation } from './moment.ts'
import { failureOf, play } from './play.ts'
import { scenarioOf } from './scenario.ts'

const PROGRESS_EVERY = 100

const { values } = parseArgs({
  options: {
    /** How many, */
    seeds: { type: 'string', default: '2000' },
    /** from which on; */
    from: { type: 'string', default: '0' },
    /** or this one alone, told in full. */
    seed: { type: 'string' }
  }
})

async function playMany(first: number, last: number): Promise<void> {
  let failures = 0
  for (let seed = first; seed < last; seed++) {
    const failure = await failureOf(seed)
    if (failure !== undefined) {
      failures++
      process.stdout.write(`${failure}\n`)
    }
    const played = seed + 1 - first
    if (played % PROGRESS_EVERY === 0)
      process.stderr.write(`${played} of ${last - first}, ${failures} failed\n`)
  }
  if (failures > 0) process.exitCode = 1
}

async function playOne(seed: number): Promise<void> {
  const scenario = scenarioOf(seed)
  const { setting, ...rest } = scenario
  const { faults, ...experiment } = setting.experiment
  process.stdout.write(`${JSON.stringify(experiment)}\n${JSON.stringify(rest)}\n`)
  process.stdout.write(`${JSON.stringify({ ...faults, events: [] })}\n`)
  for (const event of faults?.events ?? []) process.stdout.write(`${JSON.stringify(event)}\n`)
  try {
    await play(scenario)
    process.stdout.write('nothing is wrong\n')
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    process.stdout.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  process.stderr.write(`--${name} must be a whole number, not "${text}"\n`)
  process.exit(2)
}

if (values.seed !== undefined) await playOne(wholeNumber('seed', values.seed))
else {
  const from = wholeNumber('from', values.from)
  await playMany(from, from + wholeNumber('seeds', values.seeds))
}

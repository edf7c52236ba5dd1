/** `murmur predict`: what it says, how wide, and what is in its JSON. */
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { forecastOf } from '../../src/prediction/forecast.ts'
import { settingOf } from '../../src/setting.ts'
import { startOf } from '../../src/start.ts'
import { murmur, script } from '../support/murmur.ts'
import { Terminal } from '../support/terminal.ts'

const small = { environment: 'garnet:states=4,discount=0.5', peers: 4, localSteps: 3 }
const flags = ['--environment', small.environment, '--peers', '4', '--local-steps', '3']

const predict = (...args: string[]): string => {
  const { code, stdout, stderr } = murmur('.', 'predict', ...flags, ...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}
/** As one line, however it was broken. */
const unbroken = (text: string): string => text.replace(/\s+/g, ' ')

describe('predict', () => {
  test('says in at most 80 columns where the swarm ends, how fast, and with which steps', () => {
    const text = predict()
    const [table = ''] = text.split('\nTo see it happen')
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    const said = unbroken(text)
    expect(said).toContain('4 peers, ring, gossip: td with H = 3 local steps of η = 0.5')
    expect(said).toMatch(/mean path ends with fixed-point error [\d.e-]+, consensus error/)
    expect(said).toMatch(/contraction 0\.\d+ per round/)
    expect(said).toMatch(/10 % after \d+, 1 % after \d+/)
    expect(said).toContain('to first order in η: samples of a trajectory depend on each other')
    expect(said).toMatch(/η = 0.5 is stable on the mean path, as up to [\d.]+ with H = 3/)
    expect(said).toMatch(/η = 0.5 is stable with independent samples, as up to [\d.]+ with H = 3/)
    expect(text.match(/^ {3}\d {2}garnet/gm)).toHaveLength(4)
    expect(said).toContain(`npx murmur run --peers 4 --environment ${small.environment}`)
  })

  test('says beyond which step size a swarm diverges', () => {
    const said = unbroken(predict('--step-size', '30'))
    expect(said).toContain('mean path not known: the path diverges: the step size is too large')
    expect(said).toMatch(/η = 30 diverges on the mean path, as beyond [\d.]+ with H = 3/)
  })

  test('says why there is no prediction', () => {
    expect(unbroken(predict('--aggregation', 'choco'))).toContain('not known: compression is not linear')
  })

  test('says of graphs that are drawn anew what is known of averaging', () => {
    const said = unbroken(predict('--topology', 'random-matching'))
    expect(said).toContain('not known: the graph is drawn anew in every round')
    expect(said).toMatch(/averaging without learning a round shrinks differences by 0\.\d+, root mean square/)
  })

  test('says of averages what is measured after the last round, and in the columns of the peers', () => {
    const text = predict('--averaging', 'tail', '--sampling', 'iid')
    const said = unbroken(text)
    expect(said).toMatch(
      /average of θ over rounds 201 to 400: on the mean path fixed-point error [\d.e-]+, consensus/
    )
    expect(said).toMatch(/; with samples fixed-point error [\d.e-]+, consensus/)
    expect(text).toMatch(/‖θ_i−θ\*‖ {2}value error {2}samples {2}value error/)
    expect(said).toContain('Left, averages on the mean path; right, root mean squares')
    const json = JSON.parse(predict('--averaging', 'tail', '--sampling', 'iid', '--json'))
    expect(json.average).toMatchObject({ from: 201, to: 400 })
    expect(json.average.withSamples.peers.valueError).toHaveLength(4)
    expect(json.average.withSamples.swarm.valueError).toBeGreaterThan(json.average.meanPath.swarm.valueError)
    expect(JSON.parse(predict('--json'))).not.toHaveProperty('average')
  })

  test('has no columns for samples where there are none', () => {
    const text = predict('--sampling', 'expected')
    expect(text).not.toContain('long run  ')
    expect(text).not.toContain('independent samples')
  })

  test('gives all of it as JSON', () => {
    const json = JSON.parse(predict('--sampling', 'iid', '--json'))
    const setting = settingOf(resolve({ transport: 'simulated', sampling: 'iid', ...small }).experiment)
    const { mean, stationary, largestSteps } = forecastOf(setting, startOf(setting))
    expect(json.meanPath).toMatchObject(JSON.parse(JSON.stringify({ swarm: 'swarm' in mean && mean.swarm })))
    expect(json.meanPath.parameters).toHaveLength(4)
    expect(json.meanPath.rounds).toHaveLength(4)
    expect(json.stationary.swarm).toEqual('swarm' in stationary && stationary.swarm)
    expect(json.stationary.peers.fixedPointError).toHaveLength(4)
    expect(json.largestStepSize.meanPath).toBe('mean' in largestSteps && largestSteps.mean)
  })

  test('refuses what a run refuses', () => {
    const { code, stderr } = murmur('.', 'predict', '--step-size', '-1')
    expect(code).toBe(2)
    expect(stderr).toContain('--step-size')
  })
})

describe('on a terminal', () => {
  /** The shell outlives what interrupts the program in it. */
  const open = (...args: string[]): Terminal =>
    new Terminal(`trap : INT; ${process.execPath} ${script} predict ${args.join(' ')}`, {
      columns: 80,
      rows: 40,
      cwd: '.'
    })

  test('it says what it works on, which is gone in the end', async () => {
    const terminal = open(...flags, '--sampling', 'iid')
    try {
      expect(await terminal.ended).toBe(0)
      for (const stage of ['mean path', 'scatter of samples', 'largest step with samples, look 1 of about'])
        expect(terminal.output).toContain(`predicting: ${stage}`)
      expect(terminal.text).toContain('contraction')
      expect(terminal.text).not.toContain('predicting')
    } finally {
      await terminal.close()
    }
  })

  test('ctrl-c ends it at once', async () => {
    const terminal = open()
    try {
      await terminal.until(/predicting: scatter/)
      terminal.type('\x03')
      expect(await terminal.ended).toBe(130)
      expect(terminal.output).not.toContain('contraction')
    } finally {
      await terminal.close()
    }
  })
})

/** Reports as their readers have them: pages that the command writes, in a browser on screens of all kinds, and on paper. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { murmur } from '../support/murmur.ts'
import { type Opened, openBrowser, openPage } from './browser.ts'
import { faintText, hiddenTables, layoutOf, sidewaysParts, spoiltDrawings } from './in-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'murmur-browser-'))
// Where there is no browser nothing else is tried.
const browser = await openBrowser()

afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

const RECORDS = 'records'
const SIMULATED = ['--transport', 'simulated', '--record', RECORDS]
const GRID = [
  ...['--topology', 'ring', '--topology', 'complete', '--peers', '6', '--rounds', '40', '--seeds', '3'],
  ...['none', 'star', 'gossip', 'gossip-scafflsa'].flatMap(name => ['--aggregation', name]),
  ...['--folder', RECORDS]
]
const PROBLEMS = ['garnet', 'garnet:heterogeneity=opposite'].flatMap(name => ['--environment', name])
const MEASURED = [
  '--transport',
  'libp2p',
  '--topology',
  'ring',
  '--aggregation',
  'gossip',
  '--aggregation',
  'star'
]

/** What is made to be reported. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'a run with faults': ['run', 'opposite', '--rounds', '80', '--loss', '0.1', ...SIMULATED],
  'a run of policies': [
    'run',
    '--learner',
    'reinforce',
    '--aggregation',
    'star',
    '--rounds',
    '20',
    ...SIMULATED
  ],
  'a comparison on two problems': ['compare', ...GRID, ...PROBLEMS],
  'a comparison with the best steps, too': ['compare', ...GRID, '--tune', 'step-size'],
  'a comparison over libp2p': ['compare', ...MEASURED, '--rounds', '10', '--seeds', '2', '--folder', RECORDS]
}

/** The page about a record of this kind. */
const pageOn = (name: string): string => join(folder, name.replaceAll(' ', '-'), 'page.html')

function makePageOn(name: string): void {
  const file = pageOn(name)
  const cwd = dirname(file)
  mkdirSync(cwd)
  const done = (...args: readonly string[]): void => {
    const { code, stderr } = murmur(cwd, ...args)
    if (code !== 0) throw new Error(`murmur ${args.join(' ')}: ${stderr}`)
  }
  done(...KINDS[name]!)
  const [record] = readdirSync(join(cwd, RECORDS)).filter(each => each !== 'cells')
  done('report', join(RECORDS, record!), '--out', file)
}

const WHITE = 'rgb(255, 255, 255)'

/** The width of the paper between its margins: A4 with 14 mm, at 96 pixels an inch. */
const PAPER = Math.floor(((210 - 2 * 14) / 25.4) * 96)

/** What is wrong with a page that somebody prints who likes it dark on the screen. */
async function faultsOnPaper({ page, show }: Opened): Promise<string[]> {
  await show(PAPER, 'dark', 'print')
  const faults = [
    await page.evaluate(sidewaysParts),
    await page.evaluate(faintText),
    await page.evaluate(spoiltDrawings)
  ]
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  return [...faults.flat(), ...(ground === WHITE ? [] : [`the ground is ${ground}`])]
}

describe.each(Object.keys(KINDS))('the report on %s', name => {
  const file = pageOn(name)
  let opened: Opened
  beforeAll(async () => {
    makePageOn(name)
    opened = await openPage(browser, file)
  })
  afterAll(() => opened?.page.close())

  test('is a small file that asks for nothing, and has nothing to complain of', () => {
    expect(statSync(file).size).toBeLessThan(1_000_000)
    expect(opened.requests).toEqual([pathToFileURL(file).href])
    expect(opened.complaints).toEqual([])
  })

  test.each([1280, 768, 390])('fits a screen of %i pixels, with every drawing in shape', async width => {
    await opened.show(width)
    expect(await opened.page.evaluate(sidewaysParts)).toEqual([])
    expect(await opened.page.evaluate(spoiltDrawings)).toEqual([])
  })

  test('hides no column of a table on a screen of 1200 pixels', async () => {
    await opened.show(1200)
    expect(await opened.page.evaluate(hiddenTables)).toEqual([])
  })

  test.each(['light', 'dark'] as const)('can be read on a %s screen', async scheme => {
    await opened.show(1280, scheme)
    const ground = await opened.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(ground).toBe(scheme === 'light' ? WHITE : 'rgb(20, 24, 28)')
    expect(await opened.page.evaluate(faintText)).toEqual([])
  })

  test('can be printed, in light colours and with all columns', async () => {
    expect(await faultsOnPaper(opened)).toEqual([])
    const pdf = await opened.page.pdf({ preferCSSPageSize: true, printBackground: true })
    expect(
      Buffer.from(pdf)
        .toString('latin1')
        .match(/\/Type\s*\/Page\b/g)?.length
    ).toBeGreaterThan(1)
  })

  test('is the same without scripts', async () => {
    await opened.show(1280)
    const plain = await openPage(browser, file, { scripts: false })
    onTestFinished(() => plain.page.close())
    const [shown, layout] = [await plain.page.evaluate(layoutOf), await opened.page.evaluate(layoutOf)]
    expect(shown.length).toBeGreaterThan(100)
    expect(shown).toEqual(layout)
  })
})

test('phones do without who dominates whom', async () => {
  const { page, show } = await openPage(browser, pageOn('a comparison on two problems'))
  onTestFinished(() => page.close())
  const seen = () =>
    page.evaluate(
      () =>
        [...document.querySelectorAll('th')].filter(
          each => each.textContent === 'dominated by' && each.getClientRects().length > 0
        ).length
    )
  await show(1200)
  expect(await seen()).toBe(2)
  await show(390)
  expect(await seen()).toBe(0)
})

describe('these checks', () => {
  const opened = async (edit: (html: string) => string, how = { scripts: true }): Promise<Opened> => {
    const file = join(folder, 'defect.html')
    const html = edit(readFileSync(pageOn('a run of policies'), 'utf8'))
    writeFileSync(file, html)
    const found = await openPage(browser, file, how)
    onTestFinished(() => found.page.close())
    return found
  }
  const styled = (rule: string) => (html: string) => html.replace('</style>', `${rule}</style>`)

  test('find what a page asks for, or may not do', async () => {
    const { requests, complaints } = await opened(html =>
      html.replace(
        '<main>',
        '<main><script>document.title = "changed"</script><img src="https://example.org/x.png"/>'
      )
    )
    expect(complaints.join('\n')).toContain('script-src')
    expect(complaints.join('\n')).toContain('img-src')
    expect(requests).toHaveLength(2)
    const open = await opened(html =>
      html.replace(/<meta http-equiv[^>]*>/, '').replace('<main>', '<main><img src="nothing.png"/>')
    )
    expect(open.requests).toHaveLength(2)
    expect(open.complaints.join('\n')).toContain('nothing.png')
  })

  test('find what a script does, where one may', async () => {
    const edit = (html: string) =>
      html
        .replace(/<meta http-equiv[^>]*>/, '')
        .replace('</main>', '<script>document.querySelector("h2").textContent = "Changed"</script></main>')
    const changed = await opened(edit)
    const plain = await opened(edit, { scripts: false })
    expect(await changed.page.evaluate(layoutOf)).not.toEqual(await plain.page.evaluate(layoutOf))
  })

  test.each([
    ['a note of light grey', '.note{color:#999}', 'light'],
    ['cells that stay black', 'td{color:#222}', 'dark'],
    ['labels of charts that stay black', '.panels svg{fill:#222!important;color:#222!important}', 'dark'],
    ['a raised ground that stays white', '.figures div{background:#fff}', 'dark']
  ] as const)('find %s', async (_, rule, scheme) => {
    const { page, show } = await opened(styled(rule))
    await show(1280, scheme)
    expect(await page.evaluate(faintText)).not.toEqual([])
  })

  test.each([
    ['a table without its box', '.scroll{overflow:visible}'],
    ['a word that cannot be broken', 'h1{width:500px}']
  ])('find %s', async (_, rule) => {
    const { page, show } = await opened(styled(rule))
    await show(390)
    expect(await page.evaluate(sidewaysParts)).not.toEqual([])
  })

  test('find a table that hides a column', async () => {
    const { page, show } = await opened(styled('td{padding:0 100px}'))
    await show(1200)
    expect(await page.evaluate(hiddenTables)).not.toEqual([])
  })

  test.each([
    ['a drawing without a height', '.panels svg{height:0}', /is .* × 0/],
    ['a drawing out of shape', '.panels svg{height:500px}', /drawn for/],
    ['text on other text', '.panels svg{font-size:60px!important}', /lies on/],
    ['text beside its drawing', '.panels svg text{transform:translateX(90px)}', /lies outside/]
  ])('find %s', async (_, rule, fault) => {
    const { page } = await opened(styled(rule))
    expect((await page.evaluate(spoiltDrawings)).join('\n')).toMatch(fault)
  })

  test('find a table that the paper cuts off, and a dark page on it', async () => {
    const cut = await opened(styled('@media print{th,td{padding:0 40px;white-space:nowrap!important}}'))
    expect((await faultsOnPaper(cut)).join('\n')).toMatch(/<table>/)
    const dark = await opened(html => html.replace('@media screen and (prefers', '@media (prefers'))
    expect(await faultsOnPaper(dark)).toEqual(['the ground is rgb(20, 24, 28)'])
  })
})

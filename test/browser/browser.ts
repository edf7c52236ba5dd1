/** Reports in a real browser: Debian's Chromium, or the one that `CHROMIUM` names. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

const STANDARD = '/usr/bin/chromium'

/** Throws where there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? STANDARD
  if (!existsSync(executablePath)) {
    throw new Error(`there is no browser at ${executablePath}: install Debian's chromium, or set CHROMIUM`)
  }
  // Chromium refuses to put root into its sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return puppeteer.launch({ executablePath, args })
}

/** A page, and what it asked for or complained of. */
export interface Opened {
  readonly page: Page
  /** Addresses of what it asked for, its own among them. */
  readonly requests: readonly string[]
  /** Errors and warnings of the console, those of the content security policy among them. */
  readonly complaints: readonly string[]
  /** From now on it is shown so wide, on a screen or on paper, to somebody who likes light or dark pages. */
  show(width: number, scheme?: 'light' | 'dark', media?: 'screen' | 'print'): Promise<void>
}

/** The page in this file. */
export async function openPage(
  browser: Browser,
  file: string,
  { scripts = true }: { readonly scripts?: boolean } = {}
): Promise<Opened> {
  const page = await browser.newPage()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', request => requests.push(request.url()))
  page.on('requestfailed', request => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  await page.setJavaScriptEnabled(scripts)
  // One request for both: Puppeteer's own forget the medium when they are told of the scheme.
  const session = await page.createCDPSession()
  const show: Opened['show'] = async (width, scheme = 'light', media = 'screen') => {
    await page.setViewport({ width, height: 900 })
    const features = [{ name: 'prefers-color-scheme', value: scheme }]
    await session.send('Emulation.setEmulatedMedia', { media, features })
  }
  await show(1280)
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' })
  return { page, requests, complaints, show }
}

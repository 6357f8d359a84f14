// Opens fixtures in a headless Chromium, for the tools that look at them. It needs a Chromium:
// CHROMIUM=/path/to/it, or one where systems have it. No network.

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** In CSS pixels. `zoom` is the usual window at 200 %. */
export const SIZES = { wide: [1120, 740], narrow: [400, 720], medium: [860, 720], small: [360, 560], zoom: [560, 370], mini: [280, 160] }

/** The mini window is a page of its own, and has one size. */
const isMini = (name) => name.startsWith('mini-')
export const sizesOf = (name, sizes) => (isMini(name) ? ['mini'] : sizes)

const PLACES = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)

/** A page that is not drawn by then will not be: what keeps it is among the notes. */
const DRAWN_MS = 20_000

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]

export function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place))
  if (!executablePath) throw new Error('There is no Chromium; CHROMIUM may name one.')
  // Scrollbars take room on most computers: they belong into the pictures.
  return chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs: ['--hide-scrollbars'] })
}

/**
 * Builds the UI as it is when it is worked on, which has the fixtures, and serves it: one bundle opens several times
 * faster than its hundreds of parts do, and stays the same while somebody goes on with them.
 */
async function serve() {
  process.env.NODE_ENV = 'development'
  // Imported after that: it looks when it is loaded.
  const { build, preview } = await import('vite')
  const outDir = await mkdtemp(path.join(tmpdir(), 'hearth-ui-'))
  const forget = () => rm(outDir, { recursive: true, force: true })
  try {
    await build({ root, mode: 'development', logLevel: 'error', build: { outDir, emptyOutDir: true, minify: false } })
    const server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { host: '127.0.0.1', port: 0 } })
    const close = async () => {
      await server.close()
      await forget()
    }
    return { base: server.resolvedUrls.local[0], close }
  } catch (error) {
    await forget()
    throw error
  }
}

/**
 * The UI with its fixtures, in a browser: `names` are those that `only` fits. `note` hears of errors and network.
 * They speak English, or `language` of the settings.
 */
export async function openFixtures(only, note, language) {
  const { base, close: stop } = await serve()
  let browser
  const close = async () => {
    await browser?.close()
    await stop()
  }
  try {
    browser = await openBrowser()
    const newPage = async () => {
      const page = await browser.newPage()
      page.on('pageerror', (error) => note(page, `PAGE ERROR ${error.message}`))
      page.on('console', (message) => message.type() === 'error' && note(page, `CONSOLE ${message.text()}`))
      page.on('request', (request) => {
        if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) note(page, `NETWORK ${request.url()}`)
      })
      return page
    }
    const show = async (page, name, theme) => {
      await page.goto(`${base}${isMini(name) ? 'mini.html' : ''}?fixture=${name}&theme=${theme}${language ? `&language=${language}` : ''}`)
      await page.waitForFunction(() => window.drawn)
      await page.evaluate(() => document.fonts.ready)
    }
    const page = await newPage()
    await show(page, 'chilling', 'dark')
    const all = await page.evaluate(() => window.fixtures)
    await page.close()
    return { names: all.filter((name) => !only || new RegExp(only).test(name)), newPage, show, close }
  } catch (error) {
    await close()
    throw error
  }
}

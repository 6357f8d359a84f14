// Photographs every fixture in every size and theme, and looks for text that is clipped, overlaps or is too
// pale, controls that are tiny or have no name, and pages that scroll sideways.
//
//   npm run shots [-- [--out DIR] [--only REGEX] [--quiet]]
//
// It needs a Chromium: CHROMIUM=/path/to/it, by default /usr/bin/chromium. No network.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'
import { audit } from './audit.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: path.join(root, 'shots-out') }, only: { type: 'string' }, sizes: { type: 'string' } },
})

const SIZES = { wide: [1120, 740], narrow: [400, 720], medium: [860, 720], small: [360, 560] }
/** What every fixture gets; `--sizes wide,medium` chooses others. */
const sizes = (values.sizes ?? 'wide,narrow').split(',')
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

const server = await createServer({ root, logLevel: 'error', server: { port: 0, strictPort: false, hmr: false, watch: null } })
await server.listen()
const base = server.resolvedUrls.local[0]
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: FLAGS,
  // Scrollbars take room on most computers: they belong into the pictures.
  ignoreDefaultArgs: ['--hide-scrollbars'],
})
const findings = new Map()
let pictures = 0

try {
  await mkdir(values.out, { recursive: true })
  const page = await browser.newPage()
  let at = ''
  const note = (finding) => findings.set(finding, [...(findings.get(finding) ?? []), at])
  page.on('pageerror', (error) => note(`PAGE ERROR ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && note(`CONSOLE ${message.text()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) note(`NETWORK ${request.url()}`)
  })

  await page.goto(`${base}?fixture=chilling`)
  await page.waitForFunction(() => window.drawn)
  const names = (await page.evaluate(() => window.fixtures)).filter((name) => !values.only || new RegExp(values.only).test(name))
  for (const name of names) {
    for (const size of sizes) {
      const [width, height] = SIZES[size]
      for (const theme of ['dark', 'light']) {
        at = `${name}.${size}.${theme}`
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
        await page.goto(`${base}?fixture=${name}&theme=${theme}`)
        await page.waitForFunction(() => window.drawn)
        await page.evaluate(() => document.fonts.ready)
        await page.waitForTimeout(60)
        await page.screenshot({ path: path.join(values.out, `${at}.png`) })
        for (const finding of await page.evaluate(audit)) note(finding)
        pictures += 1
      }
    }
  }
} finally {
  await browser.close()
  await server.close()
}

for (const [finding, where] of [...findings].sort()) console.log(`${finding}   ×${where.length}, e.g. ${where[0]}`)
console.log(`${pictures} pictures in ${values.out}, ${findings.size} kinds of finding`)
process.exit(findings.size > 0 ? 1 : 0)

// The first minutes with Hearth, in Chromium against the real companion: from the first steps to a heated sesh with
// simulated friends. Once by keyboard alone, every stop of the focus in sight and every state of the heat spoken;
// and once by mouse, counted and timed.
//
//   npm run keyboard -- [--program PATH_OF_HEARTH_HEADLESS] [--keep DIR]
//
// Each story has a companion of its own in an empty HOME, which reaches no Bluetooth.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startCompanion } from './companion.mjs'
import { openBrowser } from './fixtures.mjs'
import { Hands } from './hands.mjs'

const workspace = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))))
const { values } = parseArgs({
  options: {
    program: { type: 'string', default: path.join(workspace, 'target', 'debug', 'hearth-headless') },
    keep: { type: 'string', default: path.join(workspace, 'target', 'e2e', 'keyboard') },
  },
})

/** The longest that a step may take, on a slow machine. */
const PATIENCE_MS = 60_000
/** What somebody who has a mouse is promised. */
const CLICKS = 5
const UNTIL_HEAT_MS = 30_000

const heats = '[data-test="hero-celsius"][data-activity="preheat"], [data-test="hero-celsius"][data-activity="active"]'
const action = (name) => `[data-test="stage-primary"][data-action="${name}"]`

/** Chooses a look, a device and simulated friends, and asks them: no short cut, and nothing but keys. */
async function byKeyboard(page, keep) {
  const hands = new Hands(page)
  const shows = (selector) => page.locator(selector).first().waitFor({ timeout: PATIENCE_MS })

  await shows('[data-test="welcome"][data-step="1"]')
  await hands.tabTo('[role="radio"]')
  const chosen = () => page.locator('[role="radiogroup"] >> nth=0').locator('[aria-checked="true"]').innerText()
  const unit = await chosen()
  await hands.press('ArrowRight')
  await page.waitForFunction((before) => document.querySelector('[role="radiogroup"] [aria-checked="true"]').innerText !== before, unit)
  await keep('01-look')
  await hands.tabTo('[data-test="welcome-next"]')
  await hands.press('Enter')

  await shows('[data-test="welcome"][data-step="2"] [data-test="found-device"]')
  await hands.tabTo('[data-test="found-device"][data-simulated="true"]')
  await keep('02-device')
  await hands.press('Enter')
  await shows('[data-test="welcome-next"].primary')
  await hands.tabTo('[data-test="welcome-next"]')
  await hands.press('Space')

  await shows('[data-test="welcome"][data-step="3"]')
  await hands.tabTo('[role="radio"][aria-checked="true"]')
  await hands.arrowTo('[data-test="where-host"]', 'ArrowUp')
  await hands.arrowTo('[data-test="where-simulated"]', 'ArrowDown')
  await keep('03-where')
  await hands.tabTo('[data-test="welcome-next"]')
  await hands.press('Enter')

  for (const friend of ['Mika', 'Theo']) await page.locator('[data-test="member"]', { hasText: friend }).waitFor({ timeout: PATIENCE_MS })
  await hands.tabTo(action('ask'))
  await keep('04-ask')
  await hands.press('Enter')
  await shows(action('ready'))
  await hands.tabTo(action('ready'))
  await hands.press('Space')
  await page.waitForFunction(() => window.spoken.includes('Preheating'), undefined, { timeout: PATIENCE_MS })
  await hands.tabTo(action('stop-heat'))
  await keep('05-heating')
  await page.waitForFunction(() => window.spoken.some((text) => text.startsWith('At temp')), undefined, { timeout: PATIENCE_MS })
  const toHeated = hands.presses
  await keep('06-at-temp')

  await hands.tabTo(action('stop-heat'))
  await hands.press('Enter')
  await page.waitForFunction(() => window.spoken.includes('Fading'), undefined, { timeout: PATIENCE_MS })
  await hands.leave()
  assert.deepEqual(hands.unseen(), [], 'the focus is to be seen wherever it is')
  return `${toHeated} key presses to a heated sesh, ${hands.stops} stops of the focus, each in sight`
}

/** The shortest way, by keyboard: a look at simulated friends. */
async function byFewKeys(page, keep) {
  const hands = new Hands(page)
  await hands.tabTo('[data-test="try-it"]')
  await hands.press('Enter')
  await page.locator(action('ask')).waitFor({ timeout: PATIENCE_MS })
  await hands.tabTo(action('ask'))
  await hands.press('Enter')
  await page.locator(action('ready')).waitFor({ timeout: PATIENCE_MS })
  await hands.press('Enter')
  await page.locator(heats).first().waitFor({ state: 'attached', timeout: PATIENCE_MS })
  await keep('07-short')
  await hands.leave()
  assert.deepEqual(hands.unseen(), [], 'the focus is to be seen wherever it is')
  return `${hands.presses} key presses by the shortest way`
}

/** The same by mouse, against the clock, which runs from the first sight of the page. */
async function byMouse(page, keep, opened) {
  let clicks = 0
  const click = async (selector) => {
    await page.locator(selector).click({ timeout: PATIENCE_MS })
    clicks += 1
  }
  await click('[data-test="try-it"]')
  await click(action('ask'))
  await click(action('ready'))
  await page.locator(heats).first().waitFor({ state: 'attached', timeout: PATIENCE_MS })
  const took = performance.now() - opened
  await keep('08-mouse')
  assert.ok(clicks <= CLICKS, `${clicks} clicks; ${CLICKS} are promised`)
  assert.ok(took <= UNTIL_HEAT_MS, `${took} ms until the sesh heats; ${UNTIL_HEAT_MS} are promised`)
  return `${clicks} clicks and ${(took / 1000).toFixed(1)} s until the sesh heats`
}

/** Keeps what a screen reader is told. */
function listen() {
  window.spoken = []
  const told = new WeakMap()
  const hear = () => {
    for (const region of document.querySelectorAll('[role="status"], [role="alert"]')) {
      const text = region.textContent.trim()
      if (text && told.get(region) !== text) window.spoken.push(text)
      told.set(region, text)
    }
  }
  new MutationObserver(hear).observe(document, { subtree: true, childList: true, characterData: true })
}

async function tell(browser, name, story) {
  const companion = await startCompanion(values.program)
  const page = await browser.newPage({ viewport: { width: 1120, height: 740 }, reducedMotion: 'reduce' })
  const problems = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  const keep = (picture) => page.screenshot({ path: path.join(values.keep, `${picture}.png`) })
  try {
    await page.addInitScript(listen)
    await page.goto(companion.url)
    await page.locator('[data-test="welcome"]').waitFor({ timeout: PATIENCE_MS })
    const came = await story(page, keep, performance.now())
    assert.deepEqual(problems, [], 'the page ran without errors')
    console.log(`${name}: ${came}`)
    return true
  } catch (error) {
    await keep(`failed-${name.replaceAll(' ', '-')}`)
    console.error(`${name}: ${error.message}\n  spoken: ${JSON.stringify(await page.evaluate(() => window.spoken))}`)
    return false
  } finally {
    await page.close()
    await companion.end()
  }
}

await mkdir(values.keep, { recursive: true })
const browser = await openBrowser()
try {
  const came = []
  came.push(await tell(browser, 'By keyboard', byKeyboard))
  came.push(await tell(browser, 'By few keys', byFewKeys))
  came.push(await tell(browser, 'By mouse', byMouse))
  process.exitCode = came.every(Boolean) ? 0 : 1
} finally {
  await browser.close()
}

// Asks axe-core about every fixture, wide and narrow, dark and light, and looks at each as it is at 200 % zoom:
// what a person who sees, points or hears otherwise would stumble over. What is serious or critical fails; the
// rest is told. Text of what is switched off is read as well, so it has to be as clear as any other; axe-core
// leaves it out, our own look at the layout does not.
//
//   npm run axe [-- [--only REGEX] [--quick]]
//
// `--quick` looks at each once, wide and dark or narrow and light in turn: what the usual tests have time for.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { audit } from './audit.mjs'
import { openFixtures, SIZES, sizesOf } from './fixtures.mjs'

const { values } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } } })
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const PAGES_AT_ONCE = 2
/** At 200 % it is the same page as on a narrow window, with less room: only the layout can go wrong. */
const LOOKS = values.quick
  ? [
      { size: 'wide', themes: ['dark'], asks: true },
      { size: 'narrow', themes: ['light'], asks: true },
    ]
  : [
      { size: 'wide', themes: ['dark', 'light'], asks: true },
      { size: 'narrow', themes: ['light', 'dark'], asks: true },
      { size: 'zoom', themes: ['dark'], asks: false },
    ]
/** Of our own findings, those that this is about; the rest is for the pictures. */
const ACCESS = /^(CONTRAST|UNNAMED|SMALL|OFFSCREEN|DUPLICATE ID|\d+ H1|PAGE SCROLLS SIDEWAYS|SCROLLS SIDEWAYS)/

const bad = new Map()
const told = new Map()
const at = new Map()
const put = (findings, finding, where) => findings.set(finding, [...(findings.get(finding) ?? []), where])
const fixtures = await openFixtures(values.only, (page, finding) => put(bad, finding, at.get(page)))
let looks = 0

async function look(page, asks) {
  const where = at.get(page)
  const ask = () => window.axe.run(document, { resultTypes: ['violations'] })
  const { violations } = asks ? await page.evaluate(ask) : { violations: [] }
  for (const { id, impact, help, nodes } of violations) {
    const findings = impact === 'serious' || impact === 'critical' ? bad : told
    for (const { target, any } of nodes) {
      const ratio = any.find((each) => each.data?.contrastRatio)?.data.contrastRatio
      const place = target.flat().join(' ').replace(/:nth-child\(\d+\)/g, '')
      put(findings, `${impact} ${id}: ${help}${ratio ? ` (${ratio})` : ''} — ${place}`, where)
    }
  }
  for (const finding of await page.evaluate(audit)) if (ACCESS.test(finding)) put(bad, finding, where)
  looks += 1
}

/** All looks, or of a quick round the one whose turn it is. */
function looksOf(name) {
  const turn = fixtures.names.indexOf(name) % LOOKS.length
  return values.quick ? [LOOKS[turn]] : LOOKS
}

async function lookAtAll(page, name) {
  for (const { size, themes, asks } of looksOf(name)) {
    const [width, height] = SIZES[size]
    await page.setViewportSize({ width, height })
    for (const theme of themes) {
      at.set(page, `${name}.${size}.${theme}`)
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      // The theme follows the system, so that one drawing of the page shows both.
      if (theme === themes[0]) await fixtures.show(page, name, 'system')
      // Colours change with the theme, and stay; a frame is enough for what is drawn anew.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
      await look(page, asks)
    }
  }
}

async function work(queue) {
  const page = await fixtures.newPage()
  await page.addInitScript(axe)
  for (let name = queue.shift(); name; name = queue.shift()) {
    await lookAtAll(page, name).catch((error) => put(bad, `NOT SEEN ${error.message.split('\n')[0]}`, at.get(page)))
  }
}

const began = Date.now()
try {
  const queue = [...fixtures.names]
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, () => work(queue)))
} finally {
  await fixtures.close()
}

const list = (findings) => {
  for (const [finding, where] of [...findings].sort()) console.log(`  ${finding}   ×${where.length}, e.g. ${where[0]}`)
}
if (told.size > 0) console.log('Minor and moderate:')
list(told)
if (bad.size > 0) console.log('Serious:')
list(bad)
const took = Math.round((Date.now() - began) / 1000)
console.log(`${fixtures.names.length} fixtures, ${looks} looks in ${took} s: ${bad.size} kinds of serious finding, ${told.size} of minor`)
process.exit(bad.size > 0 ? 1 : 0)

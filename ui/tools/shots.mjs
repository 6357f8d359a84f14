// Photographs every fixture in every size and theme, and looks for text that is clipped, overlaps or is too
// pale, controls that are tiny or have no name, and pages that scroll sideways.
//
//   npm run shots [-- [--out DIR] [--only REGEX] [--sizes wide,narrow,medium,small,zoom] [--language de]]

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { audit } from './audit.mjs'
import { openFixtures, SIZES, sizesOf } from './fixtures.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: path.join(root, 'shots-out') },
    only: { type: 'string' },
    sizes: { type: 'string', default: 'wide,narrow' },
    language: { type: 'string' },
  },
})

const findings = new Map()
let pictures = 0
let at = ''
const note = (finding) => findings.set(finding, [...(findings.get(finding) ?? []), at])
const fixtures = await openFixtures(values.only, (_, finding) => note(finding), values.language)

try {
  await mkdir(values.out, { recursive: true })
  const page = await fixtures.newPage()
  for (const name of fixtures.names) {
    for (const size of sizesOf(name, values.sizes.split(','))) {
      const [width, height] = SIZES[size]
      for (const theme of ['dark', 'light']) {
        at = `${name}.${size}.${theme}`
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
        await fixtures.show(page, name, theme)
        await page.waitForTimeout(60)
        await page.screenshot({ path: path.join(values.out, `${at}.png`) })
        for (const finding of await page.evaluate(audit)) note(finding)
        pictures += 1
      }
    }
  }
} finally {
  await fixtures.close()
}

for (const [finding, where] of [...findings].sort()) console.log(`${finding}   ×${where.length}, e.g. ${where[0]}`)
console.log(`${pictures} pictures in ${values.out}, ${findings.size} kinds of finding`)
process.exit(findings.size > 0 ? 1 : 0)

import { beforeEach, describe, expect, it } from 'vitest'
import css from '../../styles/tokens.css?raw'
import { contrast } from '../../lib/accent'
import type { RecapView } from '../../lib/contract'
import { HISTORY, recap } from '../../lib/demo/history'
import { speak } from '../../lib/tongue.svelte'
import { fileName, HEIGHT, layout, MARGIN, type Measure, PALETTES, type Poster, type Shape, type Text, WIDTH } from './poster'

beforeEach(() => speak('en'))

/** A wide font: what fits with it fits with Figtree. */
const measure: Measure = (text, size) => [...text].length * size * 0.62
const crowd = HISTORY['recap-crowd']!().view!.recap!
const poster = (recap: RecapView, change: Partial<Poster> = {}): Shape[] => layout({ recap, names: true, unit: 'fahrenheit', ground: 'dark', led: null, ...change }, measure)
const texts = (shapes: Shape[]): Text[] => shapes.filter((shape) => shape.kind === 'text')
const words = (shapes: Shape[]) => texts(shapes).map(({ text }) => text)

function box({ text, size, weight, x, y, align }: Text) {
  const width = measure(text, size, weight)
  const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2
  return { left, right: left + width, top: y - 0.76 * size, bottom: y + 0.2 * size }
}

const long: RecapView = recap({
  sesh: { ...recap().sesh, name: 'W'.repeat(32), number: 12345 },
  skewMs: 123_456,
  members: recap().members.map((member) => ({ ...member, person: { ...member.person, name: 'W'.repeat(32) }, beganMs: 99_999 })),
})

describe.each([
  ['four', recap()],
  ['a crowd', crowd],
  ['long names', long],
  ['one', recap({ skewMs: null, members: recap().members.slice(0, 1), reactions: [] })],
])('%s', (_, shown) => {
  it('has every text inside the picture, none over another', () => {
    for (const names of [true, false]) {
      for (const unit of ['fahrenheit', 'celsius'] as const) {
        const boxes = texts(poster(shown, { names, unit })).map((text) => ({ ...box(text), text: text.text }))
        for (const each of boxes) {
          expect(each.left, each.text).toBeGreaterThanOrEqual(MARGIN - 1)
          expect(each.right, each.text).toBeLessThanOrEqual(WIDTH - MARGIN / 2)
          expect(each.top).toBeGreaterThanOrEqual(24)
          expect(each.bottom).toBeLessThanOrEqual(HEIGHT - 24)
        }
        boxes.forEach((one, i) =>
          boxes.slice(i + 1).forEach((other) => {
            const over = Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4
            expect(over, `${one.text} / ${other.text}`).toBe(false)
          }),
        )
      }
    }
  })

  it('has every line and dot inside the card', () => {
    const shapes = poster(shown)
    const card = shapes.find((shape) => shape.kind === 'card')!
    const inside = (x: number, y: number) => x > card.x && x < card.x + card.width && y > card.y && y < card.y + card.height
    for (const shape of shapes) if (shape.kind === 'line') for (const [x, y] of shape.points) expect(inside(x, y)).toBe(true)
  })
})

it('names nobody and no group when names are left out', () => {
  const said = words(poster(recap(), { names: false })).join(' | ')
  for (const name of ['Rowan', 'Mika', 'Theo', 'Sol', 'Sunday']) expect(said).not.toContain(name)
  expect(said).toContain('Peak Pro')
  expect(fileName(recap(), false)).toBe('hearth-sesh-15.png')
})

it('tells how near the starts were, when that is known', () => {
  expect(words(poster(recap()))).toContain('84 ms')
  expect(words(poster(recap({ skewMs: null }))).join()).not.toMatch(/first start/)
})

it('counts those who have no place below the chart', () => {
  expect(words(poster(crowd))).toContain('and 2 more')
  expect(words(poster(recap())).join()).not.toMatch(/more/)
})

it('draws me last and thickest, in the colours of the lights', () => {
  const lines = poster(recap()).filter((shape) => shape.kind === 'line' && shape.width > 2)
  expect(lines.map((line) => line.kind === 'line' && line.width)).toEqual([3.25, 3.25, 3.25, 5])
  expect(new Set(lines.map((line) => line.kind === 'line' && line.stroke)).size).toBe(4)
})

it('can be read in both themes, over the glow too', () => {
  for (const ground of ['dark', 'light'] as const) {
    for (const text of texts(poster(recap(), { ground }))) {
      expect(contrast(text.fill, PALETTES[ground].bg), text.text).toBeGreaterThan(4.5)
    }
  }
})

it('has the colours of the window', () => {
  const blocks = { dark: css.split('[data-theme="dark"] {')[1]!.split('}')[0]!, light: css.split('[data-theme="light"] {')[1]!.split('}')[0]! }
  for (const ground of ['dark', 'light'] as const) {
    const token = (name: string) => new RegExp(`--${name}:\\s*([^;]+);`).exec(blocks[ground])![1]
    const { bg, s1, line, text, text2, text3, glow } = PALETTES[ground]
    expect([bg, s1, line, text, text2, text3, glow]).toEqual([...['bg', 's1', 'line', 'text', 'text-2', 'text-3'].map(token), Number(token('glow'))])
  }
})

it('names its file after the group, in letters that every disk takes', () => {
  expect(fileName(recap(), true)).toBe('hearth-sunday-slow-burn-15.png')
  expect(fileName(recap({ sesh: { ...recap().sesh, name: '../Über: Nacht?', number: 0 } }), true)).toBe('hearth-uber-nacht.png')
  expect(fileName(recap({ sesh: { ...recap().sesh, name: '夜' } }), true)).toBe('hearth-sesh-15.png')
})

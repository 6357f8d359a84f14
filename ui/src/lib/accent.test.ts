import { describe, expect, it } from 'vitest'
import { accent, alike, contrast, EMBER, type Ground, mix } from './accent'

/** 1,440 lights: every hue in steps of 5°, pale to full, dim to bright. */
const LIGHTS = Array.from({ length: 72 }, (_, i) => i * 5).flatMap((hue) =>
  [0, 0.3, 0.7, 1].flatMap((saturation) =>
    [0.1, 0.3, 0.5, 0.7, 1].map((value) => {
      const channel = (n: number) => {
        const k = (n + hue / 60) % 6
        return Math.round(255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1))))
      }
      return '#' + [5, 3, 1].map((n) => channel(n).toString(16).padStart(2, '0')).join('')
    }),
  ),
)

const SURFACES: Record<Ground, { text: string[]; stroke: string[] }> = {
  dark: { text: ['#1f1c19', '#171513', '#292521', '#2a2622'], stroke: ['#1f1c19', '#171513'] },
  light: { text: ['#fefdfb', '#f6f3ee', '#f1ede7'], stroke: ['#fefdfb'] },
}

describe.each(['dark', 'light'] as const)('on a %s ground, for every light', (ground) => {
  const worst = (measure: (colors: ReturnType<typeof accent>) => number) =>
    Math.min(...LIGHTS.map((light) => measure(accent(light, ground))))
  const { text, stroke } = SURFACES[ground]

  it('text reads at 4.5:1 on every surface and on its own tint', () => {
    expect(worst(({ acc }) => Math.min(...text.map((surface) => contrast(acc, surface))))).toBeGreaterThanOrEqual(4.5)
    expect(worst(({ acc }) => Math.min(...text.slice(0, 2).map((surface) => contrast(acc, mix(acc, 0.15, surface)))))).toBeGreaterThanOrEqual(4.5)
  })

  it('strokes stand out at 3:1 from a card', () => {
    expect(worst(({ arc }) => Math.min(...stroke.map((surface) => contrast(arc, surface))))).toBeGreaterThanOrEqual(3)
  })

  it('ink reads at 4.5:1 on the primary button', () => {
    expect(worst(({ ink, arc }) => contrast(ink, arc))).toBeGreaterThanOrEqual(4.5)
  })
})

describe('a light that is no colour', () => {
  it.each([null, undefined, '', 'red', '#fff', '#12345g', '#000000', '#010101', 'url(x)'])('%s gives ember', (light) => {
    expect(accent(light, 'dark').led).toBe(EMBER)
  })
})

it('keeps the raw light for the glow', () => {
  expect(accent('#FF6A14', 'light').led).toBe('#ff6a14')
})

describe('telling lights apart', () => {
  it('knows near hues, also across the end of the circle', () => {
    expect(alike('#ff6a14', '#ff7a10')).toBe(true)
    expect(alike('#ff6a14', '#10d8c4')).toBe(false)
    expect(alike('#ff0040', '#ff0020')).toBe(true)
  })

  it('takes two whites for alike, and white for unlike a colour', () => {
    expect(alike('#ffffff', '#f4f4f4')).toBe(true)
    expect(alike('#ffffff', '#ff6a14')).toBe(false)
  })
})

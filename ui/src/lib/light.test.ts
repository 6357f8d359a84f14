import { describe, expect, it } from 'vitest'
import { LIGHTS } from './demo/people'
import { colorsOf, hasTempo, hueAt, hueOf, patternsFor, placeOf, pure, withAnother, withColor, withoutColor, withPattern } from './light'

const lava = { pattern: 'lava' as const, colors: ['#ff0000', '#00ff00', '#0000ff'], tempo: 0.6 }

describe('hues', () => {
  it('come back from colours, and places from hues', () => {
    for (let hue = 0; hue < 360; hue += 7) expect(hueOf(pure(hue))).toBeCloseTo(hue, -0.5)
    for (let place = 0; place <= 1; place += 0.05) expect(placeOf(hueAt(place))).toBeCloseTo(place, 5)
    expect(pure(0)).toBe('#ff0000')
    expect(pure(120)).toBe('#00ff00')
    expect(hueOf('#808080')).toBe(0)
  })
})

describe('a light', () => {
  it('has as many colours as its pattern takes', () => {
    expect(colorsOf('steady', LIGHTS)).toBe(1)
    expect(colorsOf('lava', LIGHTS)).toBe(6)
    expect(withPattern(lava, 'steady', LIGHTS).colors).toEqual(['#ff0000'])
    expect(withPattern(lava, 'fade', LIGHTS).colors).toEqual(lava.colors)
    expect(withPattern(lava, 'breathe', { ...LIGHTS, manyColors: [], mostColors: 1 }).colors).toHaveLength(1)
    expect(withPattern(null, 'fade', LIGHTS).colors).toHaveLength(1)
  })

  it('changes one colour, gains one and loses one, never the last', () => {
    expect(withColor(lava, 1, '#ffffff').colors).toEqual(['#ff0000', '#ffffff', '#0000ff'])
    expect(withAnother(lava).colors).toHaveLength(4)
    expect(withoutColor(lava, 0).colors).toEqual(['#00ff00', '#0000ff'])
    expect(withoutColor({ ...lava, colors: ['#ff0000'] }, 0).colors).toEqual(['#ff0000'])
  })

  it('that is not understood becomes steady with the colour that is chosen', () => {
    expect(withColor(null, 0, '#ffffff')).toMatchObject({ pattern: 'steady', colors: ['#ffffff'] })
    expect(withColor({ ...lava, pattern: 'other' }, 2, '#ffffff')).toMatchObject({ pattern: 'steady', colors: ['#ffffff'] })
  })

  it('is offered what its device takes, and what it is', () => {
    expect(patternsFor(lava, LIGHTS)).toBe(LIGHTS.patterns)
    expect(patternsFor({ ...lava, pattern: 'other' }, LIGHTS)[0]).toBe('other')
  })

  it('has a speed where it moves and the device takes one', () => {
    expect(hasTempo(lava, LIGHTS)).toBe(true)
    expect(hasTempo({ ...lava, pattern: 'steady' }, LIGHTS)).toBe(false)
    expect(hasTempo(lava, { ...LIGHTS, takesTempo: false })).toBe(false)
  })
})

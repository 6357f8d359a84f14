import { describe, expect, it } from 'vitest'
import { angle, arc, ARC_START, ARC_SWEEP, fraction, fullArc, GLOW, heat, polar, TICKS } from './gauge'
import { toCelsius } from './temperature'

describe('a temperature on the arc', () => {
  it('goes from 60 to 640 °F', () => {
    expect(fraction(toCelsius(60))).toBeCloseTo(0)
    expect(fraction(toCelsius(350))).toBeCloseTo(0.5)
    expect(fraction(toCelsius(640))).toBeCloseTo(1)
  })

  it('stays on it for what no chamber reads', () => {
    for (const celsius of [-273, 5000, NaN, Infinity]) {
      expect(angle(celsius)).toBeGreaterThanOrEqual(ARC_START)
      expect(angle(celsius)).toBeLessThanOrEqual(ARC_START + ARC_SWEEP)
    }
  })
})

it('measures angles clockwise from three o’clock', () => {
  expect(polar(120, 100, 0)).toEqual([220, 120])
  expect(polar(120, 100, 90)).toEqual([120, 220])
})

it('takes the long way round for more than half a circle', () => {
  expect(fullArc(120, 98)).toMatch(/A98 98 0 1 1/)
  expect(arc(120, 98, 135, 200)).toMatch(/A98 98 0 0 1/)
})

it('draws something for an arc without length', () => {
  expect(arc(120, 98, 135, 135)).not.toMatch(/NaN/)
})

it('has a tick each 20 °F, a long one each 100', () => {
  expect(TICKS).toHaveLength(30)
  expect(TICKS.filter((tick) => tick.long)).toHaveLength(6)
})

describe('how hot it looks', () => {
  it('is nothing when cold or unknown, all at the target, never more', () => {
    expect(heat(null, 285)).toBe(0)
    expect(heat(20, null)).toBe(0)
    expect(heat(toCelsius(76), 285)).toBe(0)
    expect(heat(285, 285)).toBe(1)
    expect(heat(400, 285)).toBe(1)
    expect(heat(100, 5)).toBe(0)
  })
})

it('glows from the middle outwards: wider strokes, which together fade and never dazzle', () => {
  const light = (distance: number) => GLOW.filter(({ width }) => width / 2 > distance).reduce((sum, { opacity }) => sum + opacity, 0)
  expect(light(0)).toBeGreaterThan(0.4)
  expect(light(0)).toBeLessThan(0.55)
  const distances = [0, 5, 10, 15, 20, 25, 30]
  for (const [i, distance] of distances.entries()) expect(light(distance)).toBeLessThanOrEqual(light(distances[i - 1] ?? 0))
  expect(light(30)).toBe(0)
  expect(GLOW.every(({ opacity }) => opacity > 0 && opacity < 0.1)).toBe(true)
})

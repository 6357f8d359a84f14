import { describe, expect, it } from 'vitest'
import { fitting, spread } from './labels'

const GAP = 14
const place = (...ys: number[]) => spread(ys.map((y) => ({ y })), GAP, 10, 200)
const gaps = (ys: number[]) => ys.sort((a, b) => a - b).slice(1).map((y, i) => y - ys[i]!)

describe('names at the ends of lines', () => {
  it('stay at their line when there is room', () => {
    expect(place(50, 100, 150)).toEqual([50, 100, 150])
  })

  it('are pushed apart evenly when lines end at the same place', () => {
    const placed = place(100, 100)
    expect(placed[0]! + placed[1]!).toBeCloseTo(200)
    expect(Math.abs(placed[1]! - placed[0]!)).toBeCloseTo(GAP)
  })

  it('keep the order of their lines, whatever the order they are given in', () => {
    const [low, high, middle] = place(104, 100, 102)
    expect(high).toBeLessThan(middle!)
    expect(middle).toBeLessThan(low!)
  })

  it('stay inside at the bottom and at the top', () => {
    expect(Math.max(...place(199, 199, 199))).toBeLessThanOrEqual(200)
    expect(Math.min(...place(1, 2, 3))).toBeGreaterThanOrEqual(10)
    for (const ys of [place(199, 199, 199), place(1, 2, 3)]) for (const gap of gaps(ys)) expect(gap).toBeGreaterThanOrEqual(GAP - 0.01)
  })

  it('never overlap for any crowd that fits', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const ys = Array.from({ length: 2 + (seed % 11) }, (_, i) => ((seed * 7919 + i * 104729) % 1900) / 10)
      for (const gap of gaps(spread(ys.map((y) => ({ y })), GAP, 10, 200))) expect(gap).toBeGreaterThanOrEqual(GAP - 0.01)
    }
  })

  it('are only as many as there is room for, one at least', () => {
    expect(fitting(GAP, 10, 10 + 3 * GAP)).toBe(4)
    expect(fitting(GAP, 10, 10 + 3 * GAP - 1)).toBe(3)
    expect(fitting(GAP, 10, 2)).toBe(1)
  })

  it('is nothing for nobody', () => {
    expect(place()).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { dashed, drawOrder, extent, lastSecond, samples, xEnd, xMarks, Y_RANGE, yMarks } from './chart'
import type { ChartView, Curve } from './contract'
import { curves } from './demo/people'

const curve = (member: string, points: [number, number][], led = '#ff6a14'): Curve => ({
  member,
  name: member,
  me: member === 'me',
  led,
  targetCelsius: 285,
  points,
})
const chart = (live: boolean, second: number): ChartView => ({ startedAt: 0, live, curves: curves(second) })

it('draws my line last, so that it lies on top', () => {
  expect(drawOrder([curve('me', []), curve('mika', [])]).map((each) => each.member)).toEqual(['mika', 'me'])
})

it('tells how long the curves are, with a row for each', () => {
  const { curves: drawn } = chart(true, 10)
  expect(extent(chart(true, 10))).toEqual([[0, lastSecond(chart(true, 10))], ...drawn.map(() => Y_RANGE)])
})

it('knows no curves and empty curves', () => {
  expect(extent({ startedAt: null, live: false, curves: [] })).toEqual([[0, 0]])
  expect(lastSecond({ startedAt: null, live: false, curves: [curve('a', [])] })).toBe(0)
})

describe('the time axis', () => {
  it('leaves room for names while lines grow, and moves in steps', () => {
    expect(xEnd(chart(true, 10))).toBe(70)
    expect(xEnd(chart(true, 59))).toBe(70)
    for (const second of [61, 75, 90, 130, 175]) {
      const end = xEnd(chart(true, second))
      expect(second / end).toBeLessThan(0.9)
      expect(end % 20).toBe(0)
    }
  })

  it('ends at the sesh once it is over', () => {
    expect(xEnd(chart(false, 83))).toBe(90)
  })

  it('has marks that do not touch', () => {
    for (const width of [120, 300, 700, 1100]) {
      for (const end of [30, 70, 100, 180, 600]) {
        const marks = xMarks(end, width)
        expect(marks.length).toBeGreaterThanOrEqual(1)
        expect(width / marks.length).toBeGreaterThan(34)
        expect(marks.at(-1)).toBeLessThanOrEqual(end)
      }
    }
  })
})

it('has fewer lines in a low plot', () => {
  expect(yMarks('fahrenheit', 200)).toHaveLength(5)
  expect(yMarks('fahrenheit', 100)).toHaveLength(3)
  expect(yMarks('celsius', 200)).toEqual([100, 200, 300])
})

it('never dashes my line, though it is drawn last', () => {
  expect(dashed(drawOrder([curve('me', []), curve('mika', [])]))).toEqual([true, false])
})

it('dashes the later of two lines with the same light', () => {
  expect(dashed([curve('a', [], '#ff6a14'), curve('b', [], '#10d8c4'), curve('c', [], '#ff6d18')])).toEqual([false, false, true])
})

it('tells the curve as a table', () => {
  const rows = samples([curve('a', [[0, 20], [9000, 200], [12_000, 250]])], 10, 20)
  expect(rows).toEqual([
    { second: 0, celsius: [20] },
    { second: 10, celsius: [200] },
    { second: 20, celsius: [250] },
  ])
})

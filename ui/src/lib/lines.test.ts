import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Y_RANGE } from './chart'
import type { Curve } from './contract'
import { Lines } from './lines'

class FakePath {
  steps: (readonly [string, number, number])[] = []
  moveTo(x: number, y: number) {
    this.steps.push(['move', x, y])
  }
  lineTo(x: number, y: number) {
    this.steps.push(['line', x, y])
  }
}

beforeEach(() => void vi.stubGlobal('Path2D', FakePath))
afterEach(() => vi.unstubAllGlobals())

const [low, high] = Y_RANGE
const field = { left: 40, top: 8, width: 700, height: 100, end: 70 }
const curve = (points: Curve['points'], member = 'a'): Curve => ({ member, name: member, me: false, led: null, targetCelsius: null, points })
const steps = (path: Path2D) => (path as unknown as FakePath).steps

it('lies between the corners of its field', () => {
  const path = new Lines().of(curve([[0, low], [70_000, high]]), field)
  expect(steps(path)).toEqual([['move', 40, 108], ['line', 740, 8]])
})

it('grows by what is new', () => {
  const lines = new Lines()
  const [first, second, third] = [[0, 20], [200, 30], [400, 40]] as [[number, number], [number, number], [number, number]]
  const path = lines.of(curve([first, second]), field)
  expect(lines.of(curve([first, second, third]), field)).toBe(path)
  expect(steps(path)).toHaveLength(3)
  expect(lines.of(curve([first, second, third]), { ...field })).toBe(path)
  expect(steps(path)).toHaveLength(3)
})

it('is made anew for another field, and for a curve that begins anew', () => {
  const lines = new Lines()
  const path = lines.of(curve([[0, 20], [200, 30]]), field)
  const wider = lines.of(curve([[0, 20], [200, 30]]), { ...field, width: 800 })
  expect(wider).not.toBe(path)
  const anew = lines.of(curve([[0, 20], [200, 31], [400, 32]]), { ...field, width: 800 })
  expect(anew).not.toBe(wider)
  expect(steps(anew)).toHaveLength(3)
  expect(steps(lines.of(curve([]), { ...field, width: 800 }))).toEqual([])
})

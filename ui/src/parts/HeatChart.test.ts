// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { expect, it, vi } from 'vitest'
import type { ChartView } from '../lib/contract'
import HeatChart from './HeatChart.svelte'
import Probe from './HeatChartProbe.svelte'

const seen = vi.hoisted(() => ({ made: 0, data: 0 }))
vi.mock('uplot', () => ({
  default: class {
    static pxRatio = 1
    constructor() {
      seen.made++
    }
    setData() {
      seen.data++
    }
    setSize() {}
    redraw() {}
    destroy() {}
  },
}))
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
}

const chart = (points: [number, number][], live = true): ChartView => ({
  startedAt: 0,
  live,
  curves: [{ member: 'a', name: 'Ember', me: true, led: '#ff7a2e', targetCelsius: 240, points }],
})

it('keeps one plot while samples arrive, and makes a new one for a new frame', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const probe = mount(Probe, { target: document.body, props: { component: HeatChart, chart: chart([[0, 24]]) } })
  flushSync()
  expect(seen.made).toBe(1)
  for (let i = 1; i <= 5; i++) {
    probe.show(chart([[0, 24], [i * 250, 24 + i]]))
    flushSync()
    vi.advanceTimersByTime(100)
  }
  expect(seen.made).toBe(1)
  expect(seen.data).toBeGreaterThanOrEqual(5)

  // Twenty members: each has a sample, at almost the same moment.
  const before = seen.data
  for (let i = 1; i <= 20; i++) {
    probe.show(chart([[0, 24], [1500 + i, 30 + i]]))
    flushSync()
    vi.advanceTimersByTime(5)
  }
  vi.advanceTimersByTime(100)
  expect(seen.data - before).toBeGreaterThanOrEqual(1)
  expect(seen.data - before).toBeLessThanOrEqual(3)
  probe.show(chart([[0, 24]], false))
  flushSync()
  expect(seen.made).toBe(2)
  void unmount(probe)
  vi.useRealTimers()
})

it('draws a chart of twenty two and a half times a second', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const twenty = (ms: number): ChartView => {
    const one = chart([[0, 24], [ms, 30]])
    return { ...one, curves: Array.from({ length: 20 }, (_, i) => ({ ...one.curves[0]!, member: `${i}`, me: i === 0 })) }
  }
  const probe = mount(Probe, { target: document.body, props: { component: HeatChart, chart: twenty(10) } })
  flushSync()
  const before = seen.data
  for (let ms = 50; ms <= 4000; ms += 50) {
    probe.show(twenty(ms))
    flushSync()
    vi.advanceTimersByTime(50)
  }
  expect(seen.data - before).toBeGreaterThanOrEqual(9)
  expect(seen.data - before).toBeLessThanOrEqual(11)
  void unmount(probe)
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OverlayMember, OverlayView } from './contract'
import { left, Show } from './show.svelte'
import { status } from './words'

beforeEach(() => vi.useFakeTimers({ now: 0, toFake: ['performance'] }))
afterEach(() => vi.useRealTimers())

const member = (id: number, more: Partial<OverlayMember> = {}): OverlayMember => ({
  id,
  name: `Member ${id}`,
  me: id === 1,
  led: null,
  activity: 'preheat',
  celsius: 100,
  targetCelsius: 280,
  leftS: null,
  holdS: null,
  ready: false,
  away: false,
  ...more,
})

const view = (more: Partial<OverlayView> = {}): OverlayView => ({
  stage: 'chilling',
  ready: 0,
  counted: 2,
  countdownMs: null,
  elapsedS: null,
  skewMs: null,
  group: null,
  sesh: 14,
  unit: 'fahrenheit',
  tongue: 'en',
  members: [member(1), member(2)],
  look: { layout: 'strip', names: true, temperatures: true, countdown: true, accent: null, chips: 0.86, scale: 1, position: 'bottom_left' },
  ...more,
})

it('takes in the members that changed and leaves the others', () => {
  const show = new Show()
  show.take({ type: 'hello', view: view(), trails: [] }, 0)
  const second = show.members[1]
  show.take({ type: 'members', members: [member(1, { celsius: 120 })] }, 50)
  expect(show.members.map((each) => each.celsius)).toEqual([120, 100])
  expect(show.members[1]).toBe(second)
  show.take({ type: 'members', members: [member(9)] }, 60)
  expect(show.members.map((each) => each.id)).toEqual([1, 2])
})

it('counts down by its own clock', () => {
  const show = new Show()
  show.take({ type: 'hello', view: view({ stage: 'countdown', countdownMs: 3000 }), trails: [] }, performance.now())
  expect(show.count()).toBe(3)
  vi.advanceTimersByTime(1001)
  expect(show.count()).toBe(2)
  vi.advanceTimersByTime(1000)
  expect(show.count()).toBe(1)
  vi.advanceTimersByTime(5000)
  expect(show.count()).toBe(1)
})

it('counts what is left at temperature from when it was said', () => {
  const show = new Show()
  show.take({ type: 'hello', view: view({ members: [member(1, { activity: 'active', leftS: 25.9 })] }), trails: [] }, performance.now())
  vi.advanceTimersByTime(1000)
  const shown = show.members[0]!
  expect(status(shown, 'seshing', left(shown), 'en')).toBe('0:24')
  expect(status(shown, 'seshing', left(shown), 'de')).toBe('0:24')
})

it('draws curves on from where Hearth left off, and anew with the next sesh', () => {
  const show = new Show()
  const trails = [{ member: 1, points: [[0, 20], [500, 60]] as [number, number][] }]
  show.take({ type: 'hello', view: view({ stage: 'seshing', elapsedS: 1 }), trails }, 0)
  expect(show.trails.get(1)).toEqual([[0, 20], [500, 60], [1000, 100]])
  show.take({ type: 'members', members: [member(1, { celsius: 110 })] }, 100)
  show.take({ type: 'members', members: [member(1, { celsius: 130 })] }, 300)
  expect(show.trails.get(1)?.slice(3)).toEqual([[1300, 130]])
  show.take({ type: 'view', view: view({ stage: 'ended' }) }, 400)
  expect(show.trails.get(1)).toHaveLength(4)
  show.take({ type: 'view', view: view({ stage: 'seshing', elapsedS: 0 }) }, 10_000)
  expect(show.trails.get(1)).toEqual([[0, 100]])
})

it('says who waits for whom', () => {
  expect(status(member(1, { activity: 'selecting', ready: true }), 'awaiting', null, 'en')).toBe('Ready')
  expect(status(member(1, { activity: 'idle' }), 'awaiting', null, 'en')).toBe('Not yet')
  expect(status(member(1, { away: true }), 'seshing', null, 'en')).toBe('Away')
  expect(status(member(1, { activity: 'lost' }), 'seshing', null, 'de')).toBe('Kein Signal')
})

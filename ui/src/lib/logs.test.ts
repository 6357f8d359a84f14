import { expect, it } from 'vitest'
import type { DabView, DeviceLogView, LogLine } from './contract'
import { device, NOW } from './demo/people'
import { dabRows, lineTime, readingLine, readingShare } from './logs'

const dab: DabView = { profile: 2, peakCelsius: 285.6, heatUpSeconds: 18.42, heldSeconds: 40.4, boosted: true, stopped: false }
const line = (change: Partial<LogLine>): LogLine => ({ index: 7, at: NOW - 60_000, title: { text: 'Heat finished' }, details: { text: '' }, dab, ...change })
const log = (...entries: LogLine[]): DeviceLogView => ({ device: 'ember', log: 'activity', state: { state: 'ready', at: NOW }, entries })

it('tells heats in columns and leaves the rest of the log out', () => {
  const rows = dabRows(log(line({}), line({ index: 6, dab: null })), device(), 'fahrenheit', NOW)
  expect(rows).toMatchObject([{ index: 7, profile: 'Slow burn', peak: '546°', heatUp: '18.4 s', held: '0:40', boosted: true, stopped: false }])
})

it('says nothing for what was not written down', () => {
  const bare = { ...dab, profile: null, peakCelsius: null, heatUpSeconds: null, heldSeconds: null }
  expect(dabRows(log(line({ dab: bare })), device(), 'celsius', NOW)).toMatchObject([{ profile: 'One-off', peak: '–', heatUp: '–', held: '–' }])
  expect(dabRows(log(line({})), device({ profiles: [] }), 'celsius', NOW)[0]!.profile).toBe('Profile 3')
})

it('gives the day of what was not today, and the number where no time is known', () => {
  expect(lineTime(line({}), NOW)).toMatch(/^9:08/)
  expect(lineTime(line({ at: NOW - 26 * 3600_000 }), NOW)).toMatch(/20/)
  expect(lineTime(line({ at: null }), NOW)).toBe('#7')
})

it('says how far the reading is', () => {
  expect(readingLine({ state: 'reading', done: 214, of: 1000 })).toBe('Reading 214 of 1,000')
  expect(readingShare({ state: 'reading', done: 214, of: 1000 })).toBeCloseTo(21.4)
  expect(readingLine({ state: 'reading', done: 0, of: 0 })).toMatch(/^Asking/)
  expect(readingShare({ state: 'reading', done: 0, of: 0 })).toBeNull()
})

import { describe, expect, it } from 'vitest'
import { device, PROFILES } from './demo/people'
import {
  BOOST,
  byteLength,
  confirmed,
  type Draft,
  drafted,
  edited,
  followed,
  isDirty,
  nameProblem,
  stepped,
  targetCelsius,
  TEMPERATURE,
  TIME,
  toSend,
  undone,
  UNTOUCHED,
} from './profile-draft'
import { inUnit, toCelsius } from './temperature'

const slow = PROFILES[2]!
const hotter = (fahrenheit: number, from: Draft = UNTOUCHED) => edited(from, slow, 'celsius', toCelsius(fahrenheit))

describe('a draft of a profile', () => {
  it('holds what was touched and nothing else', () => {
    const draft = edited(hotter(550), slow, 'seconds', 60)
    expect(Object.keys(toSend(draft))).toEqual(['celsius', 'seconds'])
    expect(drafted(slow, draft)).toMatchObject({ name: 'Slow burn', seconds: 60, color: '#ff6a14' })
  })

  it('is clean again when a value is put back by hand', () => {
    expect(isDirty(hotter(545, hotter(550)))).toBe(false)
    const light = { ...slow.light!, colors: ['#FF6A14'] }
    expect(isDirty(edited(UNTOUCHED, slow, 'light', light))).toBe(false)
  })

  it('follows the device where it was not touched and stays where it was', () => {
    const draft = hotter(550)
    const now = { ...slow, name: 'Slower', celsius: toCelsius(500) }
    expect(drafted(now, followed(draft, now))).toMatchObject({ name: 'Slower', celsius: toCelsius(550) })
  })

  it('is clean when the device came to the same value, also as a rounded number', () => {
    expect(isDirty(followed(hotter(550), { ...slow, celsius: 287.8 }))).toBe(false)
  })

  it('keeps its identity while nothing came of an event, so that nothing is drawn again', () => {
    const draft = hotter(550)
    expect(followed(draft, { ...slow })).toBe(draft)
  })

  it('goes back field by field, a drag being one step', () => {
    const draft = edited(hotter(560, hotter(555, hotter(550))), slow, 'seconds', 60)
    const once = undone(draft, slow)
    expect(toSend(once)).toEqual({ celsius: toCelsius(560) })
    expect(isDirty(undone(once, slow))).toBe(false)
    expect(undone(UNTOUCHED, slow)).toBe(UNTOUCHED)
  })

  it('loses what was confirmed, not what was touched since it was sent', () => {
    const sent = toSend(edited(hotter(550), slow, 'seconds', 60))
    const since = edited(edited(hotter(550), slow, 'seconds', 60), slow, 'seconds', 75)
    expect(toSend(confirmed(since, sent))).toEqual({ seconds: 75 })
  })

  it('shows the first colour of its light', () => {
    const draft = edited(UNTOUCHED, slow, 'light', { pattern: 'lava', colors: ['#123456', '#ffffff'], tempo: 0.5 })
    expect(drafted(slow, draft).color).toBe('#123456')
  })
})

describe('names', () => {
  it('are counted in bytes', () => {
    expect(byteLength('Glühwürmchen 🔥')).toBe(19)
    expect(nameProblem('a'.repeat(29), 29)).toBeNull()
    expect(nameProblem('ü'.repeat(15), 29)).toMatch(/Too long by 1/)
  })

  it('are not empty, and are sent without spaces around them', () => {
    expect(nameProblem('   ', 29)).toMatch(/needs a name/)
    expect(nameProblem('Du\u0000sk', 29)).toMatch(/cannot be seen/)
    expect(toSend(edited(UNTOUCHED, slow, 'name', ' Dusk '))).toEqual({ name: 'Dusk' })
  })
})

describe('steps', () => {
  it('go to the next one from a value between them', () => {
    expect(stepped(547, TEMPERATURE.fahrenheit, 1)).toBe(550)
    expect(stepped(547, TEMPERATURE.fahrenheit, -1)).toBe(545)
    expect(stepped(545, TEMPERATURE.fahrenheit, 1)).toBe(550)
    expect(stepped(284, TEMPERATURE.celsius, -1)).toBe(283)
    expect(stepped(42, TIME, 1, 5)).toBe(65)
  })

  it('end at the ends', () => {
    expect(stepped(620, TEMPERATURE.fahrenheit, 1)).toBe(620)
    expect(stepped(15, TIME, -1)).toBe(15)
    expect(stepped(35, BOOST.fahrenheit, 1)).toBe(35)
  })
})

describe('the target for the device', () => {
  it.each(['fahrenheit', 'celsius'] as const)('is what the person sees, at every step of %s', (unit) => {
    for (let value = TEMPERATURE[unit].low; value <= TEMPERATURE[unit].high; value += TEMPERATURE[unit].step) {
      const celsius = targetCelsius(value, unit)
      expect(inUnit(celsius, unit)).toBe(value)
      expect(celsius).toBeGreaterThanOrEqual(toCelsius(400))
      expect(celsius).toBeLessThanOrEqual(toCelsius(620))
    }
  })

  it('never leaves what a device may be given', () => {
    for (const absurd of [-40, 0, 10_000, Infinity]) {
      expect(targetCelsius(absurd, 'fahrenheit')).toBeGreaterThanOrEqual(204)
      expect(targetCelsius(absurd, 'celsius')).toBeLessThanOrEqual(327)
    }
  })
})

it('the sample device takes the steps of its own profiles', () => {
  for (const profile of device().profiles) expect(inUnit(profile.celsius, 'fahrenheit') % 5).toBe(0)
})

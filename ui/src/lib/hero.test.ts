import { describe, expect, it } from 'vitest'
import type { BluetoothState, DeviceView, StageView } from './contract'
import { device, NOW } from './demo/people'
import { stage } from './demo/session'
import { countdownNumber, heroOf } from './hero'
import { toCelsius } from './temperature'

const hero = (change: Partial<DeviceView>, at: Partial<StageView> = {}) => heroOf(device(change), stage(at), NOW, 'fahrenheit')
const PROBLEM = { code: 'x', title: { text: 'It did not unlock' }, advice: { text: 'a' }, details: null }

describe('the large number', () => {
  it('is the chamber temperature', () => {
    for (const activity of ['idle', 'selecting', 'preheat', 'active', 'fade', 'pairing', 'busy'] as const) {
      expect(hero({ activity, celsius: toCelsius(492) })).toMatchObject({ number: '492', unit: '°F' })
    }
    expect(heroOf(device({ celsius: 285 }), stage(), NOW, 'celsius')).toMatchObject({ number: '285', unit: '°C' })
  })

  it('is the charge while charging, but not in a heat or when the group waits', () => {
    expect(hero({ charging: true, battery: 64, chargeEtaS: 2880 })).toMatchObject({ number: '64', unit: '%', label: 'Charging', sub: 'Full in 48 min' })
    expect(hero({ charging: true, activity: 'preheat', celsius: 100 }).unit).toBe('°F')
    expect(hero({ charging: true }, { stage: 'awaiting' })).toMatchObject({ label: 'Waiting for you', unit: '°F' })
  })

  it('is 3, 2, 1 in the countdown, only when armed', () => {
    const counting = { stage: 'countdown', startAt: NOW + 1500, meReady: true } as const
    expect(hero({ activity: 'selecting' }, { ...counting, armed: true })).toMatchObject({ arc: 'countdown', number: '2', unit: '' })
    const chosen = { ...counting, armed: true, callsOff: true, startAt: NOW + 13_500 }
    expect(hero({ activity: 'selecting' }, chosen)).toMatchObject({ arc: 'countdown', number: '14', sub: 'Can still be called off' })
    expect(hero({}, { ...counting, armed: false }).arc).toBe('idle')
  })

  it('is a dash when nothing is known', () => {
    expect(hero({ celsius: null }).number).toBe('–')
    expect(hero({ link: { state: 'away' } }).number).toBe('–')
  })
})

it('counts from three to one and no further', () => {
  expect([29_500, 3001, 2000, 1, -500, 90_000].map((ms) => countdownNumber(NOW + ms, NOW, true))).toEqual([30, 4, 2, 1, 1, 30])
  expect([2999, 2000, 1999, 1, 0, -500, 9000].map((ms) => countdownNumber(NOW + ms, NOW))).toEqual([3, 2, 2, 1, 1, 1, 3])
})

describe('a heat', () => {
  it('says how long it takes and how long it lasts', () => {
    expect(hero({ activity: 'preheat', elapsedS: 11.2, totalS: 19 }).sub).toBe('8 s to 545°')
    expect(hero({ activity: 'preheat' }).sub).toBe('Heating to 545°')
    expect(hero({ activity: 'active', elapsedS: 15, totalS: 40 })).toMatchObject({ sub: '0:25 left at 545°', time: 0.625 })
    expect(hero({ activity: 'active', elapsedS: 50, totalS: 40 })).toMatchObject({ sub: '0:00 left at 545°', time: 0 })
    expect(hero({ activity: 'fade' })).toMatchObject({ label: 'Fading', time: null })
  })

  it('glows with the chamber', () => {
    const at = (fahrenheit: number) => hero({ activity: 'preheat', celsius: toCelsius(fahrenheit) }).glow
    expect(at(100)).toBeLessThan(at(300))
    expect(at(300)).toBeLessThan(at(545))
    expect(hero({}).glow).toBeLessThan(at(100))
  })

  it('is still a heat when its link is lost', () => {
    const lost = { state: 'waiting', retryAt: NOW + 1000, problem: PROBLEM } as const
    expect(hero({ activity: 'active', link: lost, celsius: toCelsius(545) })).toMatchObject({ label: 'Link lost', sub: 'Still heating', frozen: true, number: '545', arc: 'active' })
    expect(hero({ activity: 'idle', link: lost })).toMatchObject({ frozen: false, arc: 'dark', sub: 'Trying again in 1 s' })
  })

  it('takes the place of a countdown that it overran', () => {
    expect(hero({ activity: 'preheat' }, { stage: 'countdown', armed: true, startAt: NOW - 10 }).label).toBe('Preheating')
  })
})

describe('a device that does not heat', () => {
  it('says what helps', () => {
    expect(hero({ activity: 'asleep' })).toMatchObject({ label: 'Asleep', sub: 'Press its button to wake it' })
    expect(hero({ link: { state: 'off' } }).label).toBe('Not connected')
    expect(hero({ link: { state: 'failed', problem: PROBLEM, step: 1 } }).sub).toBe('It did not unlock')
    expect(hero({ link: { state: 'setting_up', attempt: 1, step: 1, progress: null, times: [] } }).sub).toBe('Unlocking with the device')
  })

  it('says first what is wrong with the radio, whatever failed before', () => {
    const failed: Partial<DeviceView> = { link: { state: 'failed', problem: PROBLEM, step: 1 } }
    const sub = (change: Partial<DeviceView>, bluetooth: BluetoothState) => heroOf(device(change), stage(), NOW, 'fahrenheit', bluetooth).sub
    expect(sub(failed, 'off')).toBe('Bluetooth is off')
    expect(sub({ link: { state: 'away' } }, 'missing')).toBe('No Bluetooth adapter')
    expect(sub(failed, 'on')).toBe('It did not unlock')
    expect(sub({ ...failed, simulated: true }, 'off')).toBe('It did not unlock')
    const heating = { ...failed, activity: 'active' } as const
    expect(sub(heating, 'off')).toBe('Still heating')
  })

  it('says that it is ready, or that the group waits', () => {
    expect(hero({ activity: 'selecting' }, { stage: 'awaiting', meReady: true }).sub).toBe('You are ready')
    expect(hero({}, { stage: 'awaiting' })).toMatchObject({ label: 'Waiting for you', breathing: true })
  })
})

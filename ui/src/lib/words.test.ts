import { describe, expect, it } from 'vitest'
import type { Activity, LinkView } from './contract'
import { device, member, NOW } from './demo/people'
import { stage, view } from './demo/session'
import { ago, dbm, deviceLine, gatewayState, isHeating, isQuiet, memberStatus, memberTone, names, radioTrouble, secondsUntil, seshers, shapeOf, signalBars, span } from './words'

describe('what a member does', () => {
  const chilling = stage()
  const awaiting = stage({ stage: 'awaiting' })

  it('says a lost signal before anything else, and counts it up', () => {
    const lost = member('sol', { lostSince: NOW - 18_000, ready: true, activity: 'active' })
    expect(memberStatus(lost, awaiting, NOW)).toBe('Lost signal, 18 s')
    expect(memberTone(lost)).toBe('attention')
  })

  it('says away, ready, not ready yet', () => {
    expect(memberStatus(member('june'), awaiting, NOW)).toBe('Sitting this one out')
    expect(memberStatus(member('mika', { ready: true, activity: 'selecting' }), awaiting, NOW)).toBe('Ready')
    expect(memberStatus(member('mika'), awaiting, NOW)).toBe('Not ready yet')
    expect(memberStatus(member('mika'), chilling, NOW)).toBe('Idle')
  })

  it('says how long a hold lasts', () => {
    expect(memberStatus(member('mika', { activity: 'active', leftS: 19.4 }), stage({ stage: 'seshing' }), NOW)).toBe('At temp, 0:19 left')
    expect(memberStatus(member('mika', { activity: 'active' }), stage({ stage: 'seshing' }), NOW)).toBe('At temp')
  })

  it('says who is excluded from a countdown', () => {
    const counting = stage({ stage: 'countdown' })
    expect(memberStatus(member('mika', { ready: true }), counting, NOW)).toBe('Get ready')
    expect(memberStatus(member('mika'), counting, NOW)).toBe('Sitting this one out')
  })

  it('calls those without a device watchers', () => {
    expect(memberStatus(member('mika', { sesher: false }), chilling, NOW)).toBe('Watching')
  })
})

it('takes only a lit heater for heating', () => {
  const all: Activity[] = ['unknown', 'off', 'asleep', 'idle', 'selecting', 'preheat', 'active', 'fade', 'pairing', 'busy']
  expect(all.filter(isHeating)).toEqual(['preheat', 'active'])
})

it('counts seshers, and those of them who are away', () => {
  expect(seshers(view().group!)).toBe('5 seshers, 1 away')
})

it('lists names the way people do', () => {
  expect(names([])).toBe('')
  expect(names(['Sol'])).toBe('Sol')
  expect(names(['Sol', 'Theo'])).toBe('Sol and Theo')
  expect(names(['A', 'B', 'C'])).toBe('A, B and C')
  expect(names(['A', 'B', 'C', 'D'])).toBe('A, B and 2 others')
})

it('tells spans of time in one unit', () => {
  expect(span(-5)).toBe('0 s')
  expect(span(59_999)).toBe('59 s')
  expect(span(12 * 60_000)).toBe('12 min')
  expect(span(2 * 3_600_000)).toBe('2 h')
  expect(span(86_400_000)).toBe('1 day')
  expect(ago(NOW - 5000, NOW)).toBe('just now')
  expect(ago(NOW - 12 * 60_000, NOW)).toBe('12 min ago')
})

it('counts down in whole seconds and stops at none', () => {
  expect(secondsUntil(NOW + 2600, NOW)).toBe(3)
  expect(secondsUntil(NOW - 10, NOW)).toBe(0)
})

it('says when the gateway is tried again', () => {
  const { gateway } = view()
  expect(gatewayState({ ...gateway, state: 'reconnecting', retryAt: NOW + 2600 }, NOW)).toBe('Reconnecting in 3 s')
  expect(gatewayState({ ...gateway, state: 'reconnecting', retryAt: null }, NOW)).toBe('Reconnecting')
  expect(gatewayState({ ...gateway, state: 'reconnecting', retryAt: NOW - 900 }, NOW)).toBe('Reconnecting')
  expect(gatewayState({ ...gateway, state: 'resumed' }, NOW)).toBe('Resumed, nothing missed')
})

it('has a line for every link of a device', () => {
  const problem = { code: 'x', title: { text: 't' }, advice: { text: 'a' }, details: null }
  const links: [LinkView, string][] = [
    [{ state: 'off' }, 'Peak Pro, not connected'],
    [{ state: 'setting_up', attempt: 1, step: 0, progress: null, times: [] }, 'Peak Pro, connecting'],
    [{ state: 'setting_up', attempt: 2, step: 0, progress: null, times: [] }, 'Peak Pro, connecting, try 2'],
    [{ state: 'waiting', retryAt: NOW + 1800, problem }, 'Peak Pro, retry in 2 s'],
    [{ state: 'away' }, 'Peak Pro, asleep or away'],
    [{ state: 'failed', problem, step: 1 }, 'Peak Pro, needs your help'],
    [{ state: 'ready' }, 'Peak Pro, in use'],
  ]
  for (const [link, words] of links) expect(deviceLine(device({ link }), NOW)).toBe(words)
  expect(deviceLine(device({ activity: 'preheat' }), NOW)).toBe('Peak Pro, preheating')
  expect(deviceLine(device({ activity: 'active', link: { state: 'away' } }), NOW)).toBe('Peak Pro, still heating')
})

it('draws what a model is, and neither of both while that is not known', () => {
  const models = ['Proxy', 'Proxy Onyx', 'Peak Pro', 'Peak Pro Storm', 'Puffco', 'Perhaps a Puffco', 'Model 90']
  expect(models.map(shapeOf)).toEqual(['pipe', 'pipe', 'rig', 'rig', 'unknown', 'unknown', 'unknown'])
})

it('is not calm about a device that is out of reach in its heat', () => {
  expect(isQuiet(device({ link: { state: 'away' }, activity: 'unknown' }))).toBe(true)
  expect(isQuiet(device({ link: { state: 'away' }, activity: 'active' }))).toBe(false)
  expect(isQuiet(device())).toBe(false)
})

it('draws signal strength in four bars', () => {
  expect([-40, -60, -75, -95].map(signalBars)).toEqual([4, 3, 2, 1])
  expect(dbm(-48)).toBe('−48 dBm')
})

it('blames the radio only for devices that need it and have no link', () => {
  const away = device({ link: { state: 'away' } })
  expect(radioTrouble(away, 'off')?.title).toBe('Bluetooth is off')
  expect(radioTrouble(away, 'unknown')).toBeNull()
  expect(radioTrouble(device(), 'off')).toBeNull()
  expect(radioTrouble({ ...away, simulated: true }, 'missing')).toBeNull()
})

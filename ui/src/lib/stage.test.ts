import { describe, expect, it } from 'vitest'
import type { Activity, LinkView, Stage, View } from './contract'
import { FIXTURES } from './demo/fixture'
import { device, NOW } from './demo/people'
import { stage, view } from './demo/session'
import { heatAnnouncement, stageBar } from './stage'

const fixture = (name: string): View => FIXTURES[name]!().view!
const bar = (name: string) => stageBar(fixture(name), NOW)

describe('what the bar says and offers', () => {
  it.each([
    ['alone', 'On your own', 'Slow burn, 545° for 0:40', 'heat-now', undefined],
    ['chilling', 'Everyone is chilling', 'Last sesh 12 min ago', 'ask', undefined],
    ['chilling-first', 'Nobody else is here yet', 'Share the code to heat together', 'ask', undefined],
    ['awaiting', '2 of 4 ready', 'Mika asked to start', 'ready', 'stop-waiting'],
    ['ready', '3 of 4 ready', 'Starts by itself once Sol is ready', 'start', 'stop-waiting'],
    ['countdown', 'Starting in 2', '4 devices armed', 'sit-out', undefined],
    ['counting-down', 'Starting in 14', 'Whoever is not ready calls it off', 'sit-out', 'stop-waiting'],
    ['counting-down-without-me', 'Starting in 14', 'Without you, unless you get ready', 'ready', 'stop-waiting'],
    ['sitting-out', 'Starting in 2', 'Sitting this one out', undefined, undefined],
    ['seshing', 'Seshing, 0:11', 'Started within 84 ms', 'stop-heat', undefined],
    ['fading', 'Seshing, 1:03', 'Started within 84 ms', undefined, undefined],
    ['after', 'That was sesh 15', 'Started within 84 ms', 'ask', undefined],
    ['watching', 'You are watching', 'Connect a device to join in', 'connect', undefined],
    ['away', 'You are away', 'The group does not wait for you', 'back', undefined],
    ['away-device', 'Away: your device sleeps', 'Press its button to be back', 'back', undefined],
    ['away-device-gone', 'Away: your device sleeps or is gone', 'Press its button to be back', 'back', undefined],
    ['away-device-unconnected', 'Away: your device is not connected', 'Connect it to be back', 'connect', 'back'],
    ['away-locked', 'Away while this computer is locked', 'Unlock it to be back', 'back', undefined],
    ['away-awaiting', '2 of 3 ready', 'Away: your device sleeps. Press its button to be back', 'back', undefined],
    ['reconnecting', 'Everyone is chilling', 'Waiting for the gateway', 'ask', undefined],
  ])('%s', (name, message, sub, primary, secondary) => {
    const { message: said, sub: below, primary: first, secondary: second } = bar(name)
    expect([said, below, first?.id, second?.id]).toEqual([message, sub, primary, secondary])
  })

  it('sends what it says', () => {
    expect(bar('chilling').primary!.command).toEqual({ command: 'ask_to_start' })
    expect(bar('awaiting').primary!.command).toEqual({ command: 'ready' })
    expect(bar('ready').primary!.command).toEqual({ command: 'start_with_ready' })
    expect(bar('countdown').primary!.command).toEqual({ command: 'sit_out' })
    expect(bar('counting-down').primary!).toMatchObject({ label: 'I’m not ready', command: { command: 'sit_out' } })
    expect(bar('seshing').primary!.command).toEqual({ command: 'stop_heat' })
  })

  it.each(['alone', 'chilling', 'awaiting'])('connects a device that was left, %s', (name) => {
    const before = fixture(name)
    const devices = before.devices.map((each) => (each.inUse ? { ...each, link: { state: 'off' as const }, activity: 'unknown' as const } : each))
    const mine = devices.find((each) => each.inUse)!
    const { primary, sub } = stageBar({ ...before, devices }, NOW)
    expect(primary).toMatchObject({ id: 'connect', command: { command: 'connect_device', id: mine.id } })
    expect(sub).toBe(`${mine.name} is not connected`)
    const off = { ...before, devices, scan: { ...before.scan, bluetooth: 'off' as const } }
    expect(stageBar(off, NOW).sub).toBe('Bluetooth is off')
  })

  it('counts the devices that heat without mine', () => {
    const before = fixture('seshing')
    const devices = before.devices.map((each) => (each.inUse ? { ...each, activity: 'idle' as const } : each))
    const stageNow = { ...before.stage, skewMs: null }
    const heating = before.group!.members.filter((each) => !each.me && ['preheat', 'active'].includes(each.activity)).length
    expect(stageBar({ ...before, devices, stage: stageNow }, NOW).sub).toBe(`${heating} devices heating, yours is not`)
  })

  it('offers nothing to the group while the gateway is away', () => {
    for (const name of ['reconnecting', 'refused']) {
      expect(bar(name).primary!.disabled).toBe(true)
      expect(bar(name).secondary).toBeNull()
    }
  })

  it('does not ask a sleeping device to be ready', () => {
    expect(bar('awaiting-asleep').primary).toMatchObject({ id: 'ready', disabled: true, hint: 'wake your device first' })
  })

  it('does not offer a heat that could not be sent', () => {
    const away = { ...fixture('alone'), devices: [device({ link: { state: 'away' } })] }
    expect(stageBar(away, NOW).primary).toMatchObject({ id: 'heat-now', disabled: true })
  })
})

describe('while my device heats', () => {
  const stages: Stage[] = ['alone', 'chilling', 'awaiting', 'countdown', 'seshing']
  const heating: Activity[] = ['preheat', 'active']
  const links: LinkView[] = [{ state: 'ready' }, { state: 'away' }, { state: 'off' }, { state: 'setting_up', attempt: 2, step: 1, progress: null, times: [] }, { state: 'waiting', retryAt: NOW, problem: { code: '', title: { text: '' }, advice: { text: '' }, details: null } }]

  it('the one action is to stop it, in every stage, with any link and any gateway', () => {
    for (const at of stages)
      for (const activity of heating)
        for (const link of links)
          for (const state of ['connected', 'reconnecting', 'refused', 'offline'] as const) {
            const from = view({ devices: [device({ activity, link })], stage: stage({ stage: at }) })
            const now: View = { ...from, group: at === 'alone' ? null : from.group, gateway: { ...from.gateway, state } }
            const { primary } = stageBar(now, NOW)
            expect(primary).toMatchObject({ id: 'stop-heat', command: { command: 'stop_heat' } })
            expect(primary!.disabled).toBeFalsy()
          }
  })

  it('says that the link is lost, with any way to get it back', () => {
    for (const link of links) {
      const from = view({ devices: [device({ activity: 'active', link })], stage: stage({ stage: 'seshing' }) })
      for (const now of [from, { ...from, group: null }]) {
        const { sub, warns = false } = stageBar(now, NOW)
        expect([sub === 'Ember: link lost, still heating', warns]).toEqual(Array(2).fill(link.state !== 'ready'))
      }
    }
  })

  it('a device that is not in use does not count as mine', () => {
    const from = view({ devices: [device(), device({ id: 'other', inUse: false, activity: 'active' })] })
    expect(stageBar(from, NOW).primary!.id).toBe('ask')
  })
})

describe('what is told to a screen reader', () => {
  it('has no running time in it', () => {
    expect(bar('seshing').announcement).toBe('Seshing')
    expect(stageBar(fixture('seshing'), NOW + 5000).announcement).toBe('Seshing')
  })

  it('counts the countdown and the ready', () => {
    expect(bar('countdown').announcement).toBe('Starting in 2')
    const heard = (left: number) => {
      const before = fixture('counting-down')
      return stageBar({ ...before, stage: { ...before.stage, startAt: NOW + left * 1000 } }, NOW).announcement
    }
    expect(heard(14)).toBe('Starting within 20 seconds. Whoever is not ready calls it off')
    expect(new Set([19, 17, 11].map(heard)).size, 'not every second').toBe(1)
    expect([heard(10), heard(5), heard(3)].map((said) => said.split('.')[0])).toEqual(['Starting within 10 seconds', 'Starting within 5 seconds', 'Starting in 3'])
    expect(bar('ready').announcement).toBe('3 of 4 ready')
  })

  it('says states of my heat, not temperatures', () => {
    expect(heatAnnouncement(device({ activity: 'preheat', celsius: 200 }))).toBe('Preheating')
    expect(heatAnnouncement(device({ activity: 'active', totalS: 40 }))).toBe('At temp, 40 seconds')
    expect(heatAnnouncement(device({ activity: 'active', link: { state: 'away' } }))).toBe('Link lost, still heating')
    expect(heatAnnouncement(null)).toBe('')
  })
})

import { describe, expect, it } from 'vitest'
import type { ChatLine, Event, View } from './contract'
import { group, seshing, settings, view } from './demo/session'
import { apply, CHAT_LINES } from './view'

const line = (id: number): ChatLine => ({ id, at: 0, by: null, name: null, led: null, me: false, kind: 'people', text: '', happened: { text: `line ${id}` } })

describe('events change the view', () => {
  it('waits for the first whole view', () => {
    expect(apply(null, { event: 'notices', notices: [] })).toBeNull()
    const whole = view()
    expect(apply(null, { event: 'view', view: whole })).toBe(whole)
  })

  it('replaces one part and leaves the others as they are', () => {
    const before = view()
    const after = apply(before, { event: 'settings', settings: settings({ theme: 'light', unit: 'celsius' }) })!
    expect(after.settings.unit).toBe('celsius')
    const { settings: _, ...others } = after
    for (const [part, value] of Object.entries(others)) expect(value).toBe(before[part as keyof View])
  })

  it('keeps what is told again as it was, and the members that did not change', () => {
    const before = view()
    const again = structuredClone({ devices: before.devices, group: before.group! })
    const after = apply(apply(before, { event: 'devices', devices: again.devices })!, { event: 'group', group: again.group })!
    expect(after.devices).toBe(before.devices)
    expect(after.group).toBe(before.group)
    const [first, ...rest] = structuredClone(before.group!.members)
    const one = apply(before, { event: 'members', members: [{ ...first!, celsius: 123 }] })!
    expect(one.group!.members[0]).toMatchObject({ id: first!.id, celsius: 123 })
    expect(one.group!.members.slice(1).map((member, i) => member === before.group!.members[i + 1])).toEqual(rest.map(() => true))
    expect(apply(view({ group: null }), { event: 'members', members: [first!] })!.group).toBeNull()
  })

  it('starts again when a whole view comes in the middle', () => {
    const fresh = view({ chat: [] })
    expect(apply(view(), { event: 'view', view: fresh })).toBe(fresh)
  })

  it('adds a sample to its own curve only', () => {
    const before = seshing(10)
    const after = apply(before, { event: 'sample', member: 'mika', ms: 10_500, celsius: 200 })!
    const of = (from: View, member: string) => from.chart.curves.find((curve) => curve.member === member)!
    expect(of(after, 'mika').points.at(-1)).toEqual([10_500, 200])
    expect(of(after, 'me')).toBe(of(before, 'me'))
    expect(of(before, 'mika').points.at(-1)).not.toEqual([10_500, 200])
  })

  it('drops a sample that goes back in time or comes twice', () => {
    const before = apply(seshing(10), { event: 'sample', member: 'me', ms: 11_000, celsius: 250 })!
    for (const ms of [11_000, 10_999, 0]) {
      const after = apply(before, { event: 'sample', member: 'me', ms, celsius: 99 })!
      expect(after.chart.curves.find((curve) => curve.me)!.points.at(-1)).toEqual([11_000, 250])
    }
  })

  it('begins a curve for a member who heats later, and none for a stranger', () => {
    const after = apply(seshing(10), { event: 'sample', member: 'june', ms: 10_000, celsius: 40 })!
    expect(after.chart.curves.find((curve) => curve.member === 'june')).toMatchObject({ name: 'June', points: [[10_000, 40]] })
    const stranger = apply(seshing(10), { event: 'sample', member: 'nobody', ms: 10_000, celsius: 40 })!
    expect(stranger.chart.curves.map((curve) => curve.member)).not.toContain('nobody')
  })

  it('keeps the newest lines of the chat', () => {
    const full = Array.from({ length: CHAT_LINES }, (_, i) => line(i))
    const after = apply(view({ chat: full }), { event: 'chat', line: line(999) })!
    expect(after.chat).toHaveLength(CHAT_LINES)
    expect(after.chat[0]!.id).toBe(1)
    expect(after.chat.at(-1)!.id).toBe(999)
  })

  it('forgets the chat of a group that was left, not of one that changed', () => {
    const before = view()
    expect(apply(before, { event: 'group', group: null })!.chat).toEqual([])
    expect(apply(before, { event: 'group', group: group(undefined, { seshCounter: 15 }) })!.chat).toBe(before.chat)
    expect(apply(before, { event: 'group', group: group(undefined, { code: 'other1' }) })!.chat).toEqual([])
  })

  it('keeps one log of a name for each device', () => {
    const log = (device: string, log: 'activity' | 'faults', done: number): Event => ({
      event: 'log',
      log: { device, log, state: { state: 'reading', done, of: 9 }, entries: [] },
    })
    let after = view()
    for (const event of [log('ember', 'activity', 1), log('ember', 'faults', 2), log('fern', 'activity', 3), log('ember', 'activity', 4)]) {
      after = apply(after, event)!
    }
    expect(after.logs.map((each) => [each.device, each.log, each.state])).toEqual([
      ['ember', 'faults', { state: 'reading', done: 2, of: 9 }],
      ['fern', 'activity', { state: 'reading', done: 3, of: 9 }],
      ['ember', 'activity', { state: 'reading', done: 4, of: 9 }],
    ])
  })

  it('keeps no serial number', () => {
    const before = view()
    expect(apply(before, { event: 'serial', id: 'ember', serial: 'P0123456789A' })).toBe(before)
  })

  it('leaves alone what a newer companion says', () => {
    const before = view()
    expect(apply(before, { event: 'weather', rain: true } as never)).toBe(before)
  })
})

import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DeviceView, EditState } from './contract'
import { device, PROFILES } from './demo/people'
import { t } from './tongue.svelte'
import { editing } from './editing.svelte'

const slow = PROFILES[2]!
const edit = (state: EditState, number = 1) => ({ part: { part: 'profile' as const, slot: 2 }, number, state })
const SAVING: EditState = { state: 'saving', done: 0, of: 1 }
const FAILED: EditState = { state: 'failed', words: { text: 'The link broke.' } }
const ember = (state?: EditState, change: Partial<DeviceView> = {}, number = 1) => device({ edits: state ? [edit(state, number)] : [], ...change })

beforeEach(() => {
  editing.close()
  editing.open('ember', 2)
})

describe('leaving a profile', () => {
  it('is free without edits', () => {
    const go = vi.fn()
    editing.leave(go)
    expect(go).toHaveBeenCalledOnce()
    expect(editing.next).toBeNull()
  })

  it('with edits asks first, and keeps them for those who stay', () => {
    const go = vi.fn()
    editing.set(slow, 'seconds', 60)
    editing.leave(go)
    expect(go).not.toHaveBeenCalled()
    editing.stay()
    expect(editing.draft.changes).toEqual({ seconds: 60 })
    editing.leave(go)
    editing.goOn()
    expect(go).toHaveBeenCalledOnce()
    expect(editing.dirty).toBe(false)
    editing.open('ember', 1)
    editing.open('ember', 2)
    expect(editing.dirty).toBe(false)
  })

  it('asks nothing when all that was touched is on its way', () => {
    const go = vi.fn()
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    editing.leave(go)
    expect(go).toHaveBeenCalledOnce()
  })

  it('asks when something was touched after it was sent', () => {
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    editing.set(slow, 'seconds', 75)
    expect(editing.unsaved).toBe(true)
  })
})

describe('saving', () => {
  it('ends with what the device kept, also when that is something else', () => {
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    editing.follow(slow, edit(SAVING))
    expect(editing.dirty).toBe(true)
    editing.follow({ ...slow, seconds: 55 }, edit({ state: 'kept', words: [{ text: '' }] }))
    expect(editing.dirty).toBe(false)
  })

  it('that failed keeps the edits', () => {
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    editing.follow(slow, edit(SAVING))
    editing.follow(slow, edit(FAILED))
    expect(editing.draft.changes).toEqual({ seconds: 60 })
    expect(editing.unsaved).toBe(true)
  })

  it('that is refused at once, twice in the same words, keeps the edits too', () => {
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    editing.follow(slow, edit(FAILED, 4))
    expect(editing.unsaved).toBe(true)
    editing.send(edit(FAILED, 4))
    editing.follow(slow, edit(FAILED, 4))
    expect(editing.unsaved).toBe(false)
    editing.follow(slow, edit(FAILED, 5))
    expect(editing.unsaved).toBe(true)
  })

  it('is not mistaken for an earlier one that was told before it began', () => {
    editing.set(slow, 'seconds', 60)
    editing.send(edit({ state: 'saved' }))
    editing.follow(slow, edit({ state: 'saved' }))
    expect(editing.draft.changes).toEqual({ seconds: 60 })
    expect(editing.unsaved).toBe(false)
  })

  it('is not known to have happened when it did not arrive, or the companion was away', () => {
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    expect(editing.notDelivered('ember', 2)).toBe(false)
    expect(editing.unsaved).toBe(true)
    editing.send(undefined)
    editing.lostTrack()
    expect(editing.unsaved).toBe(true)
  })
})

describe('a failure', () => {
  const failed = edit(FAILED)
  function fail() {
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    editing.follow(slow, failed)
  }

  it('is told to whoever asked for the save', () => {
    fail()
    expect(editing.told(failed)).toEqual(FAILED)
  })

  it('gives way to the next edit, also to one of the field that was at fault', () => {
    fail()
    editing.set(slow, 'seconds', 75)
    expect(editing.told(failed)).toBeUndefined()
    expect(editing.dirty).toBe(true)
    editing.send(failed)
    expect(editing.told(edit(FAILED, 2))).toEqual(FAILED)
  })

  it('is told although something was touched while it was being saved', () => {
    editing.set(slow, 'seconds', 60)
    editing.send(undefined)
    editing.set(slow, 'seconds', 75)
    editing.follow(slow, failed)
    expect(editing.told(failed)).toEqual(FAILED)
  })

  it('is over with the edits: reverted, in a window that was opened anew, or found on the device after all', () => {
    fail()
    editing.revert()
    expect(editing.told(failed)).toBeUndefined()
    editing.close()
    editing.open('ember', 2)
    expect(editing.told(failed)).toBeUndefined()
    fail()
    editing.follow({ ...slow, seconds: 60 }, failed)
    expect(editing.told(failed)).toBeUndefined()
  })

  it('of taking a save back is told, where there are no edits', () => {
    editing.takeBack(edit({ state: 'saved' }))
    expect(editing.told(edit(FAILED, 2))).toEqual(FAILED)
    editing.set(slow, 'seconds', 75)
    expect(editing.told(edit(FAILED, 2))).toBeUndefined()
  })

  it('hides nothing else that the device told', () => {
    const kept: EditState = { state: 'kept', words: [{ text: 'It kept 0:55.' }] }
    expect(editing.told(edit(kept))).toEqual(kept)
    expect(editing.told(undefined)).toBeUndefined()
  })
})

describe('edits that were left while they were saved', () => {
  beforeEach(() => {
    editing.set(slow, 'seconds', 60)
    editing.leave(() => editing.open('ember', 0))
    editing.send(undefined)
    editing.goOn('kept')
  })

  it('are gone when the device has them', () => {
    expect(editing.followLeft([ember(SAVING)])).toEqual([])
    expect(editing.isLeft('ember', 2)).toBe(true)
    const profiles = PROFILES.map((each) => ({ ...each, seconds: 60 }))
    expect(editing.followLeft([ember({ state: 'saved' }, { profiles })])).toEqual([])
    expect(editing.isLeft('ember', 2)).toBe(false)
  })

  it('are told of once when it failed, and are there again for whoever comes back', () => {
    editing.followLeft([ember(SAVING)])
    const [news, ...more] = editing.followLeft([ember(FAILED)])
    expect([news?.outcome, news?.words.map((words) => t(words)), news?.device.name, news?.profile.name, more]).toEqual(['failed', ['The link broke.'], 'Ember', 'Slow burn', []])
    expect(editing.followLeft([ember(FAILED)])).toEqual([])
    expect(editing.leftSlot('ember')).toBe(2)
    editing.open('ember', 2)
    expect(editing.draft.changes).toEqual({ seconds: 60 })
    expect(editing.unsaved).toBe(true)
    expect(editing.told(edit(FAILED))).toEqual(FAILED)
    expect(editing.isLeft('ember', 2)).toBe(false)
  })

  it('are told of when the device kept something else, and over with it', () => {
    expect(editing.followLeft([ember({ state: 'kept', words: [{ text: 'It kept 0:55.' }] })])).toMatchObject([{ outcome: 'kept', words: [{ text: 'It kept 0:55.' }] }])
    expect(editing.isLeft('ember', 2)).toBe(false)
  })

  it('can be followed again by whoever comes back before the answer', () => {
    editing.open('ember', 2)
    expect(editing.unsaved).toBe(false)
    editing.follow(slow, edit(FAILED))
    expect(editing.unsaved).toBe(true)
  })

  it('go with their device to another id, and with one that was forgotten', () => {
    editing.followLeft([ember(FAILED, { id: 'ember2', formerIds: ['ember'] })])
    expect(editing.leftSlot('ember2')).toBe(2)
    expect(editing.at).toEqual({ device: 'ember2', slot: 0 })
    editing.followLeft([device({ id: 'fern' })])
    expect(editing.leftSlot('ember2')).toBeUndefined()
  })
})

it('a page that changes under the hands of a person loses nothing', () => {
  editing.set(slow, 'seconds', 60)
  editing.open('ember', 2)
  expect(editing.dirty).toBe(true)
  editing.open('fern', 1)
  expect(editing.dirty).toBe(false)
  editing.open('ember', 2)
  expect(editing.draft.changes).toEqual({ seconds: 60 })
})

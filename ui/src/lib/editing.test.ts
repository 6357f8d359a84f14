import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { EditState } from './contract'
import { PROFILES } from './demo/people'
import { editing } from './editing.svelte'

const slow = PROFILES[2]!
const edit = (state: EditState) => ({ part: { part: 'profile' as const, slot: 2 }, state })

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
  })

  it('asks nothing when all that was touched is on its way', () => {
    const go = vi.fn()
    editing.set(slow, 'seconds', 60)
    editing.send()
    editing.leave(go)
    expect(go).toHaveBeenCalledOnce()
  })

  it('asks when something was touched after it was sent', () => {
    editing.set(slow, 'seconds', 60)
    editing.send()
    editing.set(slow, 'seconds', 75)
    expect(editing.unsaved).toBe(true)
  })
})

describe('saving', () => {
  it('ends with what the device kept, also when that is something else', () => {
    editing.set(slow, 'seconds', 60)
    editing.send()
    editing.follow(slow, edit({ state: 'saving', done: 0, of: 1 }))
    expect(editing.dirty).toBe(true)
    editing.follow({ ...slow, seconds: 55 }, edit({ state: 'kept', words: '' }))
    expect(editing.dirty).toBe(false)
  })

  it('that failed keeps the edits', () => {
    editing.set(slow, 'seconds', 60)
    editing.send()
    editing.follow(slow, edit({ state: 'saving', done: 0, of: 1 }))
    editing.follow(slow, edit({ state: 'failed', words: '' }))
    expect(editing.draft.changes).toEqual({ seconds: 60 })
    expect(editing.unsaved).toBe(true)
  })

  it('is not mistaken for an earlier one that was told before it began', () => {
    editing.set(slow, 'seconds', 60)
    editing.send()
    editing.follow(slow, edit({ state: 'saved' }))
    expect(editing.draft.changes).toEqual({ seconds: 60 })
  })
})

it('opening the same profile again keeps the edits, another one starts anew', () => {
  editing.set(slow, 'seconds', 60)
  editing.open('ember', 2)
  expect(editing.dirty).toBe(true)
  editing.open('ember', 1)
  expect(editing.dirty).toBe(false)
})

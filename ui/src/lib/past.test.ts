import { beforeEach, describe, expect, it } from 'vitest'
import type { RecapView } from './contract'
import { recap as made } from './demo/history'
import { view } from './demo/session'
import { Past } from './past.svelte'

const recap = (id: string): RecapView => made({ sesh: { ...made().sesh, id } })
let past: Past
const tell = (told: RecapView | null) => past.take({ event: 'recap', recap: told })

beforeEach(() => {
  past = new Past()
})

describe('the sesh that is looked at', () => {
  it('is the one that was asked for last, whatever comes before it', () => {
    past.open('1', true, null)
    past.open('2', true, null)
    tell(recap('1'))
    expect(past.at).toEqual({ id: '2', chosen: true })
    tell(recap('2'))
    expect(past.at).toEqual({ id: '2', chosen: true })
  })

  it('is the one that another face opened, once nothing is awaited', () => {
    past.open('1', true, null)
    tell(recap('1'))
    tell(recap('2'))
    expect(past.at).toEqual({ id: '2', chosen: false })
  })

  it('is there at once when the companion has it open', () => {
    past.open('1', true, recap('1'))
    tell(recap('2'))
    expect(past.at).toEqual({ id: '2', chosen: false })
  })

  it('is none after it was deleted, or could not be read', () => {
    past.open('1', true, null)
    tell(null)
    expect(past.at).toBeNull()
  })

  it('stays when the closing of the one before is told late', () => {
    past.close(recap('1'))
    past.open('2', true, recap('1'))
    tell(null)
    tell(recap('2'))
    expect(past.at).toEqual({ id: '2', chosen: true })
    tell(null)
    expect(past.at).toBeNull()
  })

  it('is the one before, or none, when the companion says that there is no such sesh', () => {
    const notice = (id: number, code: string) => ({ id, kind: 'info' as const, code, title: { text: '' }, advice: { text: '' }, device: null })
    past.open('1', true, null, [notice(7, 'no_such_sesh')])
    past.take({ event: 'notices', notices: [notice(7, 'no_such_sesh'), notice(8, 'joined')] })
    expect(past.at).toEqual({ id: '1', chosen: true })
    past.take({ event: 'notices', notices: [notice(9, 'no_such_sesh')] })
    expect(past.at).toBeNull()
    tell(recap('2'))
    past.open('1', true, recap('2'))
    past.take({ event: 'notices', notices: [notice(10, 'history_failed')] }, recap('2'))
    expect(past.at).toEqual({ id: '2', chosen: false })
  })

  it('begins anew with another companion', () => {
    past.open('1', true, null)
    past.take({ event: 'view', view: view({ recap: null }) })
    expect(past.at).toBeNull()
    past.take({ event: 'view', view: view({ recap: recap('3') }) })
    expect(past.at).toEqual({ id: '3', chosen: false })
  })
})

import { expect, it } from 'vitest'
import { awayWords } from './away'
import type { Activity, AwayReason, LinkView } from './contract'
import { device, NOW } from './demo/people'

const PROBLEM = { code: 'link_lost', title: { text: '' }, advice: { text: '' }, details: null }

it.each<[AwayReason, LinkView, Activity, string, string]>([
  ['asked', { state: 'ready' }, 'idle', 'You are away', 'The group does not wait for you'],
  ['locked', { state: 'ready' }, 'idle', 'Away while this computer is locked', 'Unlock it to be back'],
  ['idle', { state: 'ready' }, 'idle', 'Away while nobody uses this computer', 'Touch a key or the mouse to be back'],
  ['device', { state: 'ready' }, 'asleep', 'Away: your device sleeps', 'Press its button to be back'],
  ['device', { state: 'ready' }, 'off', 'Away: your device is off', 'Hold its button to be back'],
  ['device', { state: 'away' }, 'unknown', 'Away: your device sleeps or is gone', 'Press its button to be back'],
  ['device', { state: 'waiting', retryAt: NOW, problem: PROBLEM }, 'idle', 'Away: the link to your device is lost', 'You are back as soon as it is'],
  ['device', { state: 'failed', problem: PROBLEM, step: 1 }, 'unknown', 'Away: your device is not connected', 'Connect it to be back'],
])('%s, link %o, %s', (reason, link, activity, title, back) => {
  expect(awayWords(reason, device({ link, activity }))).toEqual({ title, back })
})

it('says that there is no device at all', () => {
  expect(awayWords('device', null)).toEqual({ title: 'Away: no device is connected', back: 'Connect one to be back' })
})

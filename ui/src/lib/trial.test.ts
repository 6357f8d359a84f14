import { expect, it } from 'vitest'
import { device } from './demo/people'
import { group, stage } from './demo/session'
import { first } from './demo/welcome'
import type { FoundDevice, View } from './contract'
import { trialMove } from './trial'

const SIM = device({ id: 'sim', simulated: true, pressable: true })
const FOUND: FoundDevice[] = [
  { id: 'fern', name: 'Fern', model: 'Proxy', rssi: -40, simulated: false, known: false, paired: false },
  { id: 'sim', name: 'Hearth Peak', model: 'Peak Pro', rssi: -55, simulated: true, known: false, paired: false },
]
const move = (change: Partial<View> = {}, empty = false) => trialMove(first(change), empty, 'First look')
const { scan, gateway } = first()

it('begins with the gateway in this program', () => {
  expect(trialMove({ ...first(), gateway: { ...gateway, url: 'wss://x.example', simulatedFriends: false } }, false, '').command).toEqual({ command: 'use_gateway', url: 'local' })
  expect(trialMove({ ...first(), gateway: { ...gateway, state: 'connecting' } }, false, '')).toEqual({ step: 'gateway', command: null })
})

it('takes a simulated device and never a real one', () => {
  expect(move()).toEqual({ step: 'device', command: { command: 'start_scan' } })
  expect(move({ scan: { ...scan, scanning: true } })).toEqual({ step: 'device', command: null })
  expect(move({ scan: { ...scan, scanning: true, found: FOUND } }).command).toEqual({ command: 'connect_device', id: 'sim' })
  const real = device()
  expect(move({ devices: [real], scan: { ...scan, found: FOUND } }).command).toEqual({ command: 'connect_device', id: 'sim' })
  expect(move({ devices: [real, { ...SIM, inUse: false }] }).command).toEqual({ command: 'use_device', id: 'sim' })
})

it('waits for the device, and connects one that was left', () => {
  expect(move({ devices: [{ ...SIM, link: { state: 'setting_up', attempt: 1, step: 0, progress: null, times: [] } }] }).command).toBeNull()
  expect(move({ devices: [{ ...SIM, link: { state: 'off' } }] }).command).toEqual({ command: 'connect_device', id: 'sim' })
})

it('creates a private group, once, and is done when it is there', () => {
  expect(move({ devices: [SIM] })).toEqual({ step: 'group', command: { command: 'create_group', name: 'First look', public: false } })
  expect(move({ devices: [SIM], stage: stage({ stage: 'joining' }) })).toEqual({ step: 'group', command: null })
  expect(move({ devices: [SIM], group: group() })).toEqual({ step: 'done', command: null })
})

it('goes on without a device where there is none to simulate', () => {
  expect(move({ scan: { ...scan, scanning: true } }, true).step).toBe('group')
})

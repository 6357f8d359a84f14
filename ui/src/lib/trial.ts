// Trying Hearth with simulated friends: what is to be done next, from what there is. Nothing here waits or sends.

import type { Command, DeviceView, View } from './contract'
import { isOnline } from './words'

/** What is worked at: the gateway in this program, a device for this person, the group that friends come to. */
export type TrialStep = 'gateway' | 'device' | 'group' | 'done'

export interface TrialMove {
  step: TrialStep
  /** What brings it on; `null` while an answer is awaited. */
  command: Command | null
}

/** One that can stand in: it is simulated, so nothing real heats. */
const standsIn = (device: DeviceView) => device.simulated && device.pressable

/**
 * The next move towards a group with simulated friends. `empty` says that no simulated device was found in good time:
 * then this person watches.
 */
export function trialMove(view: View, empty: boolean, name: string): TrialMove {
  if (!view.gateway.simulatedFriends) return { step: 'gateway', command: { command: 'use_gateway', url: 'local' } }
  if (!isOnline(view.gateway)) return { step: 'gateway', command: null }
  if (view.group) return { step: 'done', command: null }
  const device = empty ? 'none' : deviceMove(view)
  if (device !== 'none') return { step: 'device', command: device }
  return { step: 'group', command: view.stage.stage === 'joining' ? null : { command: 'create_group', name, public: false } }
}

/** What brings a simulated device in; `none` when there is nothing left to do. */
function deviceMove(view: View): Command | null | 'none' {
  const mine = view.devices.find(standsIn)
  if (mine) {
    if (!mine.inUse) return { command: 'use_device', id: mine.id }
    if (mine.link.state === 'ready') return 'none'
    return mine.link.state === 'setting_up' || mine.link.state === 'waiting' ? null : { command: 'connect_device', id: mine.id }
  }
  const found = view.scan.found.find((each) => each.simulated)
  if (found) return { command: 'connect_device', id: found.id }
  return view.scan.scanning ? null : { command: 'start_scan' }
}

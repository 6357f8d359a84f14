// Which devices the rail shows: it has room for a few, and the page of the devices lists them all.

import type { DeviceView } from './contract'

/** Places in the rail of the lowest window. */
export const RAIL_PLACES = 5

/** The devices in the rail in the order of the list, the one in use always, and how many are left out. */
export function railDevices(devices: readonly DeviceView[]): { shown: DeviceView[]; more: number } {
  if (devices.length <= RAIL_PLACES) return { shown: [...devices], more: 0 }
  // The last place tells how many are left out.
  const places = RAIL_PLACES - 1
  const first = devices.slice(0, places)
  const mine = devices.find((device) => device.inUse)
  const shown = mine && !first.includes(mine) ? [...first.slice(0, places - 1), mine] : first
  return { shown, more: devices.length - shown.length }
}

// Why a person is away from their group, and what brings them back, in words.

import type { AwayReason, DeviceView } from './contract'
import { t } from './tongue.svelte'

export interface Away {
  /** `Away: your device sleeps` */
  title: string
  /** What brings one back, as a sentence without its full stop. */
  back: string
}

/** `device` is the one in use, which is what one is away for when the reason is the device. */
export function awayWords(reason: AwayReason, device: DeviceView | null): Away {
  switch (reason) {
    case 'asked':
      return { title: t('You are away'), back: t('The group does not wait for you') }
    case 'locked':
      return { title: t('Away while this computer is locked'), back: t('Unlock it to be back') }
    case 'idle':
      return { title: t('Away while nobody uses this computer'), back: t('Touch a key or the mouse to be back') }
    case 'device':
      return withoutDevice(device)
  }
}

function withoutDevice(device: DeviceView | null): Away {
  switch (device?.link.state) {
    case undefined:
      return { title: t('Away: no device is connected'), back: t('Connect one to be back') }
    case 'off':
    case 'failed':
      return { title: t('Away: your device is not connected'), back: t('Connect it to be back') }
    case 'waiting':
    case 'setting_up':
      return { title: t('Away: the link to your device is lost'), back: t('You are back as soon as it is') }
    case 'ready':
    case 'resting':
      return device?.activity === 'off'
        ? { title: t('Away: your device is off'), back: t('Hold its button to be back') }
        : { title: t('Away: your device sleeps'), back: t('Press its button to be back') }
    case 'away':
      return { title: t('Away: your device sleeps or is gone'), back: t('Press its button to be back') }
  }
}

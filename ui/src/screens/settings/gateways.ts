// Words about gateways, and what an address that a person typed means.

import type { GatewayChoice } from '../../lib/contract'
import { t } from '../../lib/tongue.svelte'

/** One line about a gateway to choose. */
export function about(choice: GatewayChoice): string {
  return choice.url === 'local' ? t('Inside Hearth, with simulated friends') : shortUrl(choice.url)
}

/** An address without what nobody reads. */
export function shortUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
  } catch {
    return url
  }
}

/** The address of a gateway, or why it is none. */
export function address(typed: string): { url: string } | { problem: string } {
  const text = typed.trim()
  if (text === '') return { problem: t('Type the address that the host gave you.') }
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isHere(text) ? 'ws' : 'wss'}://${text}`
  let url: URL
  try {
    url = new URL(withScheme)
  } catch {
    return { problem: t('That is not an address. It looks like gateway.example or ws://192.168.1.24:8080.') }
  }
  if (!['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) {
    return { problem: t('The address begins with https://, wss://, http:// or ws://.') }
  }
  return { url: text.includes('://') ? text : withScheme.replace(/\/$/, '') }
}

/** This computer or the home network, where nobody has certificates. */
const isHere = (host: string) => /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|[^./:]+\.local)([:/]|$|\.|\d)/i.test(host)

/** Others can read along. */
export const isPlain = (url: string): boolean => /^(http|ws):\/\//i.test(url) && !isHere(url.replace(/^\w+:\/\//, ''))

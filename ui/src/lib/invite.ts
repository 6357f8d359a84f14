// Group codes as people pass them on: typed, or inside a link. The code itself is judged by the gateway.

/** What `hearth` opens a group with. */
export const inviteLink = (code: string): string => `hearth://join/${encodeURIComponent(code)}`

/** The code in what somebody pasted: `q7xk2m`, `hearth://join/q7xk2m`, or a web link with the code in it. */
export function codeFrom(pasted: string): string | null {
  const text = pasted.trim()
  const link = /(?:\/join\/|\/group\/|\/sesh\/|[?&#](?:code|group|join)=)([A-Za-z0-9_%-]+)/i.exec(text)
  const bare = /^[A-Za-z0-9_-]{1,16}$/.exec(text)
  const tail = /^https?:\/\/[^/\s]+\/(?:[^\s?#]*\/)?([A-Za-z0-9_-]{1,16})\/?$/i.exec(text)
  let code = link?.[1] ?? bare?.[0] ?? tail?.[1]
  if (code === undefined) return null
  try {
    code = decodeURIComponent(code)
  } catch {
    return null
  }
  // Gateways make codes of [a-z0-9]; people and phones capitalise the first letter.
  return /^[A-Za-z0-9_-]{1,16}$/.test(code) ? (/^[A-Za-z0-9]{6}$/.test(code) ? code.toLowerCase() : code) : null
}

/** The address of a gateway in what somebody pasted: hosts hand theirs on as it is, `ws://192.168.1.24:7707`. */
export function gatewayFrom(pasted: string): string | null {
  const text = pasted.trim()
  if (/^wss?:\/\/[^\s/?#@]+\/?$/i.test(text)) return text
  return /^(\d{1,3}(\.\d{1,3}){3}|[a-z0-9-]+\.local):\d{1,5}\/?$/i.test(text) ? `ws://${text}` : null
}

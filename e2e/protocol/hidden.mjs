// Section 3.4, and the registers of 3.3: packets inside packets, and packets that are pinned.
import { Refused, hex, join, refuse, sha256, unhex } from './bytes.mjs'
import { contentBytes, parseContent } from './content.mjs'
import { keyId, publicOf } from './keys.mjs'
import { headerBytes, inflate, parsePacket } from './packet.mjs'
import { admissionTag, seal, sizeClass, unseal } from './seal.mjs'

/** A sealed packet that is padded to its class; `keys` as for `seal`. */
const padded = (keys, incarnation, packetNumber, content) => {
  const header = { incarnation, packetNumber, deflated: false }
  const bare = seal(keys, header, content, 0).length
  return seal(keys, header, content, sizeClass(bare) - bare)
}

export const innerPacket = (keys, incarnation, content) => padded(keys, incarnation, 0, content)

export const wrapOnion = (keys, incarnation, packetNumber, next, inner) => {
  const content = { sender: '', frames: [{ onion: { next, packet: hex(inner) } }] }
  return padded(keys, incarnation, packetNumber, contentBytes(content))
}

/** What a gateway posts of the packet in an onion, with its own tag if the packet has room for one. */
export const handOn = (inner, admissionSecret) => {
  const { header, aad, body } = parsePacket(inner)
  if (!header.sealed) refuse('NOT_SEALED')
  if (header.admissionTag === null) return inner
  if (admissionSecret === null) refuse('ADMISSION_TAG')
  const tag = admissionTag(admissionSecret, aad, body.length, sha256(body))
  return join(headerBytes({ ...header, admissionTag: hex(tag) }), body)
}

/** Version and value of a topic's register, or null where the packet is not that. */
export const register = (bytes, topic, topicSecret, owner) => {
  try {
    const { header, aad, body } = parsePacket(bytes)
    if (!header.sealed || header.recipient !== keyId(publicOf('x25519', topicSecret))) return null
    const { sender, content } = unseal(topicSecret, aad, body)
    const { frames } = parseContent(header.deflated ? inflate(content) : content)
    const found = frames.length === 1 ? frames[0].register : undefined
    if (hex(sender) !== owner || found?.topic !== topic) return null
    return { version: found.version, value: found.value }
  } catch (refused) {
    if (refused instanceof Refused) return null
    throw refused
  }
}

export const registerPacket = (keys, header, topic, version, value) =>
  seal(keys, header, contentBytes({ sender: '', frames: [{ register: { topic, version, value } }] }), 0)

export const openOnion = (readerSecret, packet) => {
  const { aad, body } = parsePacket(packet)
  return parseContent(unseal(readerSecret, aad, body).content).frames[0].onion
}

export const openInner = (readerSecret, packet) => {
  const { aad, body } = parsePacket(packet)
  return unseal(readerSecret, aad, body).content
}

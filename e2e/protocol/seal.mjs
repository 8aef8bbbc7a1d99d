// Sections 2.3, 2.5 and 2.6: sealed packets.
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { MAX_PACKET, ascii, hex, join, refuse, sha256, uint32, unhex } from './bytes.mjs'
import { agree, keyId, publicOf, signed, verified } from './keys.mjs'
import { headerAad, headerBytes, inflate, parseHeader, parsePacket } from './packet.mjs'

const KEM = join(ascii('KEM'), [0x00, 0x20])
const SUITE = join(ascii('HPKE'), [0x00, 0x20, 0x00, 0x01, 0x00, 0x01])

const hmac = (key, ...parts) => createHmac('sha256', key).update(join(...parts)).digest()
const extract = (suite, salt, label, ikm) => hmac(salt, ascii('HPKE-v1'), suite, ascii(label), ikm)
/** RFC 9180's LabeledExpand, of at most 32 bytes. */
const expand = (suite, key, label, info, length) =>
  hmac(key, [length >> 8, length & 255], ascii('HPKE-v1'), suite, ascii(label), info, [1]).subarray(0, length)

/** Key and nonce of the one message of a context. */
const schedule = (dh, enc, reader) => {
  const empty = Buffer.alloc(0)
  const prk = extract(KEM, empty, 'eae_prk', dh)
  const shared = expand(KEM, prk, 'shared_secret', join(enc, reader), 32)
  const info = extract(SUITE, empty, 'info_hash', ascii('botmesh/seal/1'))
  const context = join([0], extract(SUITE, empty, 'psk_id_hash', empty), info)
  const secret = extract(SUITE, shared, 'secret', empty)
  return [expand(SUITE, secret, 'key', context, 16), expand(SUITE, secret, 'base_nonce', context, 12)]
}

const toSign = (reader, aad, content) => join(ascii('botmesh/signature/1'), reader, sha256(aad, content))

export const admissionTag = (secret, aad, length, digest) =>
  hmac(secret, ascii('botmesh/admission/1'), aad, uint32(length), digest).subarray(0, 8)

/** A sealed packet. Its header is that of the vectors without recipient and tag; `tag` may give the 8 bytes. */
export const seal = ({ senderSecret, reader, admissionSecret = null, tag = null, ephemeralSecret }, header, content, padding) => {
  const tagged = admissionSecret !== null || tag !== null
  const whole = { ...header, sealed: true, recipient: keyId(reader), admissionTag: tagged ? '' : null }
  const aad = headerAad(whole)
  const enc = publicOf('x25519', ephemeralSecret)
  const [key, nonce] = schedule(agree(ephemeralSecret, reader), enc, reader)
  const sender = publicOf('ed25519', senderSecret)
  const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(aad)
  const text = join(sender, signed(senderSecret, toSign(reader, aad, content)), content, [1], Buffer.alloc(padding))
  const body = join(enc, cipher.update(text), cipher.final(), cipher.getAuthTag())
  if (tagged) whole.admissionTag = hex(tag ?? admissionTag(admissionSecret, aad, body.length, sha256(body)))
  return join(headerBytes(whole), body)
}

/** What stands below a seal: who signed, and the content as it was sealed. */
export const unseal = (readerSecret, aad, body) => {
  if (body.length < 145) refuse('SEAL_TRUNCATED')
  const enc = body.subarray(0, 32)
  const reader = publicOf('x25519', readerSecret)
  const dh = agree(readerSecret, enc) ?? refuse('SEAL_BROKEN')
  const [key, nonce] = schedule(dh, enc, reader)
  const cipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 }).setAAD(aad)
  let text
  try {
    cipher.setAuthTag(body.subarray(-16))
    text = join(cipher.update(body.subarray(32, -16)), cipher.final())
  } catch {
    refuse('SEAL_BROKEN')
  }
  let end = text.length - 1
  while (end >= 96 && text[end] === 0) end--
  if (end < 96 || text[end] !== 1) refuse('PADDING')
  const [sender, signature, content] = [text.subarray(0, 32), text.subarray(32, 96), text.subarray(96, end)]
  if (!verified(sender, toSign(reader, aad, content), signature)) refuse('SIGNATURE')
  return { sender, content, padding: text.length - end - 1 }
}

/** A reader with one key and at most one enrolment, who lets strangers in; quotas are left out. */
export class Opener {
  #windows = new Map()

  constructor(readerSecret, admissionSecret, enrolled) {
    Object.assign(this, { readerSecret, admissionSecret, enrolled: hex(enrolled) })
    this.id = keyId(publicOf('x25519', readerSecret))
  }

  /** Section 4, steps 1.1 to 1.3: whose tag it is, if it has one. */
  #admit({ header, aad }, length, digest) {
    if (!header.sealed) refuse('NOT_SEALED')
    if (header.recipient !== this.id) refuse('RECIPIENT_UNKNOWN')
    if (header.admissionTag === null) return null
    const tag = unhex(header.admissionTag)
    if (!timingSafeEqual(tag, admissionTag(this.admissionSecret, aad, length, digest))) refuse('ADMISSION_TAG')
    this.#fresh(this.enrolled, header)
    return this.enrolled
  }

  #fresh(sender, { incarnation, packetNumber }) {
    const window = this.#windows.get(sender + incarnation)
    if (window === undefined) return
    if (packetNumber <= Math.max(...window) - 4096) refuse('TOO_OLD')
    if (window.has(packetNumber)) refuse('REPLAYED')
  }

  open(bytes) {
    const packet = parsePacket(bytes)
    const { header, aad, body } = packet
    const admitted = this.#admit(packet, body.length, sha256(body))
    const { sender, content } = unseal(this.readerSecret, aad, body)
    if (admitted !== null && admitted !== hex(sender)) refuse('ADMISSION_SENDER')
    this.#fresh(hex(sender), header)
    return { header, sender, content: header.deflated ? inflate(content) : content }
  }

  accept({ header, sender }) {
    const name = hex(sender) + header.incarnation
    if (!this.#windows.has(name)) this.#windows.set(name, new Set())
    this.#windows.get(name).add(header.packetNumber)
  }

  admitCaption(bytes) {
    const caption = parseCaption(bytes)
    this.#admit(caption, caption.length, caption.digest)
    return caption
  }
}

export const caption = bytes => {
  const { header, body } = parsePacket(bytes)
  return join(headerBytes(header), uint32(body.length), sha256(body))
}

export const parseCaption = bytes => {
  const { header, aad, size } = parseHeader(bytes)
  if (bytes.length !== size + 36) refuse('ANNOUNCEMENT')
  const length = bytes.readUInt32BE(size)
  if (length > MAX_PACKET) refuse('ANNOUNCEMENT')
  return { header, aad, length, digest: bytes.subarray(size + 4) }
}

/** The smallest class of 2.6 that holds a packet of this size. */
export const sizeClass = size => {
  const post = [512, 1024, 2048, 4096, 7168, 7678].find(one => size <= one)
  if (post !== undefined) return post
  let power = 1
  while (power * 2 < size) power *= 2
  const step = Math.max(2048, power / 4)
  return Math.min(Math.ceil(size / step) * step, MAX_PACKET)
}

/** A bucket of packets and one of bytes; time is when a post was made. */
export class Quota {
  #last = null

  constructor(quota) {
    Object.assign(this, quota, { packets: quota.packetBurst, bytes: quota.byteBurst })
  }

  takes(date, bytes) {
    const seconds = this.#last === null ? 0 : date - this.#last
    if (this.#last === null || seconds >= 0 || seconds < -600) this.#last = date
    if (seconds > 0) {
      this.packets = Math.min(this.packetBurst, this.packets + seconds * this.packetsPerSecond)
      this.bytes = Math.min(this.byteBurst, this.bytes + seconds * this.bytesPerSecond)
    }
    if (this.packets < 1 || this.bytes < bytes) return false
    this.packets--
    this.bytes -= bytes
    return true
  }
}

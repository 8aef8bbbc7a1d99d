// Section 2: headers and plain packets.
import { inflateRawSync } from 'node:zlib'
import { MAX_NUMBER, MAX_PACKET, crc32c, hex, join, refuse, sha256, uint32, unhex, varint } from './bytes.mjs'

export const labelId = label => hex(sha256(Buffer.from('botmesh/label/' + label, 'utf8')).subarray(0, 4))

/** A header as the vectors write it, and how many bytes it has; `aad` are those before its tag. */
export const parseHeader = bytes => {
  if (bytes.length === 0) refuse('EMPTY')
  if (bytes[0] !== 1) refuse('VERSION_UNKNOWN')
  if (bytes.length < 2) refuse('HEADER_TRUNCATED')
  const flags = bytes[1]
  if (flags & ~7) refuse('FLAGS_RESERVED')
  let [at, number, shift] = [14, 0n, 0n]
  for (let more = true; more; at++, shift += 7n) {
    if (at >= bytes.length) refuse('HEADER_TRUNCATED')
    if (shift > 49n || (shift > 0n && bytes[at] === 0)) refuse('HEADER_NUMBER')
    number |= BigInt(bytes[at] & 127) << shift
    more = bytes[at] > 127
  }
  if (number > MAX_NUMBER) refuse('HEADER_NUMBER')
  const tagged = (flags & 4) !== 0
  const size = at + (tagged ? 8 : 0)
  if (bytes.length < size) refuse('HEADER_TRUNCATED')
  const header = {
    sealed: (flags & 1) !== 0,
    deflated: (flags & 2) !== 0,
    recipient: hex(bytes.subarray(2, 6)),
    incarnation: hex(bytes.subarray(6, 14)),
    packetNumber: Number(number),
    admissionTag: tagged ? hex(bytes.subarray(at, size)) : null
  }
  return { header, size, aad: bytes.subarray(0, at), body: bytes.subarray(size) }
}

/** What seal and tag cover of a header: all up to its tag. */
export const headerAad = header =>
  join(
    [1, (header.sealed ? 1 : 0) | (header.deflated ? 2 : 0) | (header.admissionTag !== null ? 4 : 0)],
    unhex(header.recipient),
    unhex(header.incarnation),
    varint(header.packetNumber)
  )

export const headerBytes = header => join(headerAad(header), unhex(header.admissionTag ?? ''))

export const parsePacket = bytes => {
  const packet = parseHeader(bytes)
  if (bytes.length > MAX_PACKET) refuse('LIMIT_PACKET')
  return packet
}

/** The content's bytes of a plain packet, inflated. */
export const openPlain = bytes => {
  const { header, body } = parsePacket(bytes)
  if (header.sealed) refuse('SEALED')
  if (body.length < 4) refuse('CHECKSUM')
  const covered = bytes.subarray(0, bytes.length - 4)
  if (crc32c(covered) !== bytes.readUInt32BE(bytes.length - 4)) refuse('CHECKSUM')
  const content = body.subarray(0, body.length - 4)
  return header.deflated ? inflate(content) : content
}

export const plainPacket = (header, body) => {
  const covered = join(headerBytes(header), body)
  return join(covered, uint32(crc32c(covered)))
}

/** Raw DEFLATE: one stream, nothing behind it, and no more than a packet of this size may hold. */
export const inflate = bytes => {
  const most = bytes.length <= 8192 ? 1 << 20 : 32 << 20
  let inflated
  try {
    inflated = inflateRawSync(bytes, { maxOutputLength: most, info: true })
  } catch (broken) {
    refuse(broken.code === 'ERR_BUFFER_TOO_LARGE' ? 'DEFLATE_BOMB' : 'DEFLATE_BROKEN')
  }
  if (inflated.engine.bytesWritten !== bytes.length) refuse('DEFLATE_BROKEN')
  return inflated.buffer
}

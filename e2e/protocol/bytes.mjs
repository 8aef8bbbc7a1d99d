// What all parts of this reading of docs/protocol.md use.
import { createHash } from 'node:crypto'

/** Nothing of a packet is used; `reason` is the word in capitals. */
export class Refused extends Error {
  constructor(reason) {
    super(reason)
    this.reason = reason
  }
}

export const refuse = reason => {
  throw new Refused(reason)
}

export const MAX_NUMBER = 2n ** 53n - 1n
export const MAX_PACKET = 19 << 20

export const hex = bytes => Buffer.from(bytes).toString('hex')
export const unhex = text => Buffer.from(text, 'hex')
export const ascii = text => Buffer.from(text, 'ascii')
export const join = (...parts) => Buffer.concat(parts.map(part => Buffer.from(part)))
export const sha256 = (...parts) => createHash('sha256').update(join(...parts)).digest()

export const uint32 = number => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

/** Base-128, low group first, in its shortest form. */
export const varint = number => {
  const out = []
  let rest = BigInt.asUintN(64, BigInt(number))
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  out.push(Number(rest))
  return Buffer.from(out)
}

const CRC = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc >>> 0
})

/** CRC-32C, Castagnoli. */
export const crc32c = bytes => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

// The part of protobuf that contents need: messages told by tables, read leniently and written in one way.
// A table has, by field number, a name, a type, and whether it is repeated.
import { MAX_NUMBER, join, refuse, varint } from './bytes.mjs'

const WIRE = { number: 0, signed: 0, writer: 0, flag: 0, position: 0, numbers: 0, bytes: 2, text: 2 }
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const malformed = () => refuse('CONTENT_MALFORMED')

class Reader {
  constructor(bytes) {
    this.bytes = bytes
    this.at = 0
  }

  get ended() {
    return this.at === this.bytes.length
  }

  varint() {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.ended) malformed()
      const byte = this.bytes[this.at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    return malformed()
  }

  take(length) {
    if (length > BigInt(this.bytes.length - this.at)) malformed()
    this.at += Number(length)
    return this.bytes.subarray(this.at - Number(length), this.at)
  }

  tag() {
    const tag = this.varint()
    const [field, wire] = [tag >> 3n, Number(tag & 7n)]
    if (field === 0n || tag >= 1n << 32n) malformed()
    return [Number(field), wire]
  }

  skip(field, wire, depth = 0) {
    if (wire === 0) this.varint()
    else if (wire === 1) this.take(8n)
    else if (wire === 2) this.take(this.varint())
    else if (wire === 5) this.take(4n)
    else if (wire === 3) {
      if (depth === 100) malformed()
      for (;;) {
        const [inner, kind] = this.tag()
        if (kind !== 4) this.skip(inner, kind, depth + 1)
        else if (inner === field) return
        else malformed()
      }
    } else malformed()
  }
}

const limited = (value, most = MAX_NUMBER) => (value > most ? refuse('LIMIT_NUMBER') : Number(value))

/** The value of a number field, held to the limits of its kind. */
const scalar = (type, raw) => {
  switch (type) {
    case 'number':
      return limited(raw)
    case 'writer':
      return limited(raw, 2n ** 31n - 1n)
    case 'flag':
      return raw !== 0n
    case 'position':
      return raw <= 3n ? Number(raw) : refuse('CONTENT_INVALID')
    case 'signed': {
      const value = (raw >> 1n) ^ -(raw & 1n)
      limited(value < 0n ? -value : value)
      return Number(value)
    }
  }
}

/**
 * Reads one message: an object with what came by name. `seen` counts what is unknown, and everything in it that has a
 * limit of its own; `each` is told of every known field when it came.
 */
export const read = (table, bytes, seen) => {
  const reader = new Reader(bytes)
  const value = {}
  for (const field of Object.values(table)) {
    if (field.repeated) value[field.name] = []
  }
  while (!reader.ended) {
    const [number, wire] = reader.tag()
    const field = table[number]
    const packed = field?.type === 'numbers' && wire === 2
    if (field === undefined || (!packed && wire !== (WIRE[field.type] ?? 2))) {
      reader.skip(number, wire)
      seen.unknown++
      continue
    }
    if (field.counts) seen.count(field.counts)
    if (packed) {
      const all = new Reader(reader.take(reader.varint()))
      while (!all.ended) {
        seen.count(field.each)
        value[field.name].push(all.varint())
      }
      continue
    }
    let one
    if (field.type === 'numbers') {
      seen.count(field.each)
      one = reader.varint()
    } else if (wire === 0) one = scalar(field.type, reader.varint())
    else {
      one = reader.take(reader.varint())
      if (field.type === 'text') one = text(one, field.most)
      else if (typeof field.type === 'object') one = read(field.type, one, seen)
    }
    if (field.alone && Object.keys(value).length > 0) refuse('CONTENT_INVALID')
    if (field.repeated) value[field.name].push(one)
    else value[field.name] = one
  }
  return value
}

const text = (bytes, most) => {
  let decoded
  try {
    decoded = UTF8.decode(bytes)
  } catch {
    malformed()
  }
  return bytes.length > most ? refuse('LIMIT_NAME') : decoded
}

/** Writes a message: fields by number, defaults left out, but for the items of repeated fields. */
export const write = (table, value) => {
  const parts = []
  const one = (number, wire, bytes) => {
    parts.push(varint((number << 3) | wire))
    if (wire === 2) parts.push(varint(bytes.length))
    parts.push(bytes)
  }
  for (const [key, field] of Object.entries(table)) {
    const number = Number(key)
    const item = value[field.name]
    if (item === undefined || item === null) continue
    if (field.type === 'numbers') {
      if (item.length > 0) one(number, 2, join(...item.map(varint)))
    } else if (field.repeated) {
      for (const each of item) one(number, 2, encoded(field.type, each))
    } else if (typeof field.type === 'object' || (WIRE[field.type] === 2 && item.length > 0)) {
      one(number, 2, encoded(field.type, item))
    } else if (WIRE[field.type] === 0 && Number(item) !== 0) {
      const zigzag = field.type === 'signed' ? (BigInt(item) << 1n) ^ (BigInt(item) >> 63n) : BigInt(item)
      one(number, 0, varint(zigzag))
    }
  }
  return join(...parts)
}

const encoded = (type, item) =>
  typeof type === 'object' ? write(type, item) : type === 'text' ? Buffer.from(item, 'utf8') : item

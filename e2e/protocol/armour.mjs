// Section 1: bytes as the text of a post.
import { refuse } from './bytes.mjs'

const ranges = text =>
  text.trim().split(/\s+/).flatMap(range => {
    const [from, to] = range.split('-').map(point => parseInt(point, 16))
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
const places = alphabet => new Map(alphabet.map((point, place) => [point, place]))

const MAIN = ranges(`
  04A0-04BF 0500-051F 0680-06BF 0760-079F 07C0-07DF 1000-101F 10A0-10BF 1100-115F 1180-119F 11E0-123F
  1260-127F 12E0-12FF 1320-133F 13A0-13DF 1420-165F 16A0-16DF 1780-179F 1820-185F 18C0-18DF 1980-199F
  19E0-19FF 1A20-1A3F 1BC0-1BDF 1C00-1C1F 1D00-1D1F 21E0-21FF 22C0-22DF 2340-23DF 2400-241F 2500-275F
  2780-27BF 2800-297F 29A0-29BF 2A20-2A5F 2A80-2ABF 2AE0-2B5F 2C00-2C1F 2C80-2CDF 2D00-2D1F 2D40-2D5F
  2EA0-2EDF 31C0-31DF 3400-4D9F 4DC0-9FBF A000-A47F A4A0-A4BF A500-A5FF A640-A65F A6A0-A6DF A700-A75F
  A780-A79F A840-A85F`)
const TAIL = ranges('0180-019F 0240-029F')
const MAIN_AT = places(MAIN)
const TAIL_AT = places(TAIL)
const BLOCKS = `3400-4C00 4E00-9E00 A100-A300 A500 10600 12000-12200 13000-13300 14400-14500 16800-16900 20000-28500`
  .split(' ')
  .flatMap(range => {
    const [from, to = from] = range.split('-').map(point => parseInt(point, 16))
    return Array.from({ length: (to - from) / 256 + 1 }, (_, i) => from + 256 * i)
  })
const BLOCK_AT = places(BLOCKS)

const base64url = {
  encode: bytes => Buffer.from(bytes).toString('base64url'),
  decode: text => {
    if (!/^[A-Za-z0-9_-]*$/.test(text)) refuse('ARMOUR_CHARACTER')
    if (text.length % 4 === 1) refuse('ARMOUR_LENGTH')
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.toString('base64url') !== text) refuse('ARMOUR_PADDING')
    return bytes
  }
}

const base32768 = {
  encode: bytes => {
    let [text, bits, held] = ['', 0, 0]
    for (const byte of bytes) {
      bits = (bits << 8) | byte
      held += 8
      if (held < 15) continue
      held -= 15
      text += String.fromCodePoint(MAIN[bits >> held])
      bits &= (1 << held) - 1
    }
    if (held === 0) return text
    const [alphabet, size] = held <= 7 ? [TAIL, 7] : [MAIN, 15]
    const missing = size - held
    return text + String.fromCodePoint(alphabet[(bits << missing) | ((1 << missing) - 1)])
  },
  decode: text => {
    const points = [...text].map(character => character.codePointAt(0))
    const out = []
    let [bits, held] = [0, 0]
    points.forEach((point, at) => {
      const tail = !MAIN_AT.has(point)
      const value = tail ? TAIL_AT.get(point) : MAIN_AT.get(point)
      if (value === undefined || (tail && at < points.length - 1)) refuse('ARMOUR_CHARACTER')
      const size = tail ? 7 : 15
      bits = (bits << size) | value
      held += size
      const before = out.length
      for (; held >= 8; bits &= (1 << held) - 1) out.push((bits >> (held -= 8)) & 255)
      if (tail && out.length === before) refuse('ARMOUR_PADDING')
    })
    if (bits !== (1 << held) - 1) refuse('ARMOUR_PADDING')
    return Buffer.from(out)
  }
}

const base65536 = {
  encode: bytes => {
    let text = ''
    for (let at = 0; at < bytes.length; at += 2) {
      const single = at + 1 === bytes.length
      text += String.fromCodePoint(single ? 0x1500 + bytes[at] : BLOCKS[bytes[at + 1]] + bytes[at])
    }
    return text
  },
  decode: text => {
    const points = [...text].map(character => character.codePointAt(0))
    return Buffer.from(points.flatMap((point, at) => {
      if (point >= 0x1500 && point <= 0x15ff && at === points.length - 1) return [point - 0x1500]
      const block = BLOCK_AT.get(point - (point & 255))
      return block === undefined ? refuse('ARMOUR_CHARACTER') : [point & 255, block]
    }))
  }
}

const ARMOURS = { A: base64url, B: base32768, C: base65536 }

export const encode = (letter, bytes) => letter + ARMOURS[letter].encode(bytes)

export const decode = text => {
  if (text === '') refuse('EMPTY')
  const armour = ARMOURS[text[0]] ?? refuse('ARMOUR_UNKNOWN')
  return armour.decode(text.slice(1))
}

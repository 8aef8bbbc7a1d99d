// Section 2.4: keys and their texts, over node:crypto.
import { createPrivateKey, createPublicKey, diffieHellman, sign, verify } from 'node:crypto'
import { ascii, hex, join, refuse, sha256, unhex } from './bytes.mjs'

const CURVES = { x25519: '6e', ed25519: '70' }
const privateKey = (curve, secret) =>
  createPrivateKey({
    key: join(unhex(`302e020100300506032b65${CURVES[curve]}04220420`), secret),
    format: 'der',
    type: 'pkcs8'
  })
const publicKey = (curve, key) =>
  createPublicKey({ key: join(unhex(`302a300506032b65${CURVES[curve]}032100`), key), format: 'der', type: 'spki' })

/** The public half of a secret of 32 bytes. */
export const publicOf = (curve, secret) =>
  createPublicKey(privateKey(curve, secret)).export({ format: 'der', type: 'spki' }).subarray(-32)

/** The shared secret, or null where `key` is a point of small order. */
export const agree = (secret, key) => {
  try {
    return diffieHellman({ privateKey: privateKey('x25519', secret), publicKey: publicKey('x25519', key) })
  } catch {
    return null
  }
}

export const signed = (secret, bytes) => sign(null, bytes, privateKey('ed25519', secret))

// All encodings of points of small order, but for their top bit.
const SMALL = [
  '00'.repeat(32),
  '01' + '00'.repeat(31),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ec' + 'ff'.repeat(30) + '7f',
  'ed' + 'ff'.repeat(30) + '7f',
  'ee' + 'ff'.repeat(30) + '7f'
]

export const verified = (key, bytes, signature) => {
  const point = Buffer.from(key)
  point[31] &= 0x7f
  if (SMALL.includes(hex(point))) return false
  try {
    return verify(null, bytes, publicKey('ed25519', key), signature)
  } catch {
    return false
  }
}

export const keyId = key => hex(sha256(ascii('botmesh/key/'), key).subarray(0, 4))

const checkOf = (prefix, key) => sha256(ascii(prefix + 'check'), key).subarray(0, 4)

export const keyText = (prefix, key) => prefix + join(key, checkOf(prefix, key)).toString('base64url')

export const parseKey = (prefix, text) => {
  const bytes = Buffer.from(text.slice(prefix.length), 'base64url')
  const key = bytes.subarray(0, 32)
  return text.startsWith(prefix) && keyText(prefix, key) === text ? key : refuse('KEY')
}

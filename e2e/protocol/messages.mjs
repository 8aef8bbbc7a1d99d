// Section 7, and the queue groups of 3.3: what nodes say to each other in messages.
import { MAX_NUMBER, ascii, hex, join, refuse, sha256, unhex } from './bytes.mjs'

const M64 = 2n ** 64n - 1n
const mix = z => {
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & M64
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & M64
  return z ^ (z >> 31n)
}
const fnv = name => {
  let h = 0xcbf29ce484222325n
  for (let i = 0; i < name.length; i++) h = ((h ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n) & M64
  return h
}

/** All these numbers are unsigned here. */
export const weight = (name, thing) => mix(fnv(name) ^ mix(thing))
export const lot = (incarnation, stream, sequence) => weight(`${stream}/${sequence}`, incarnation)

/** Which member of a queue a message is for, null if it has none. */
export const handles = (queue, members, lot) => {
  const ranked = members.map(member => ({ member, weight: BigInt.asIntN(64, weight(`${queue}/${member}`, lot)) }))
  ranked.sort((a, b) => (a.weight === b.weight ? (a.member < b.member ? -1 : 1) : a.weight < b.weight ? -1 : 1))
  return ranked.at(-1)?.member ?? null
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const text = (bytes, reason) => {
  try {
    return UTF8.decode(bytes)
  } catch {
    return refuse(reason)
  }
}
const decimal = (word, reason, most = MAX_NUMBER) => {
  if (!/^(0|[1-9][0-9]*)$/.test(word) || BigInt(word) > most) refuse(reason)
  return Number(word)
}

export const queuesBody = (topic, epoch, queues) =>
  Buffer.from(
    [
      `${topic} ${epoch}`,
      ...Object.keys(queues).sort().map(queue => [queue, ...[...queues[queue]].sort()].join(' '))
    ].join('\n'),
    'utf8'
  )

export const parseQueues = body => {
  const no = () => refuse('NOTICE')
  const whole = text(body, 'NOTICE')
  if (whole.length > 65536) no()
  const [head, ...lines] = whole.split('\n').map(line => line.split(' '))
  if ([head, ...lines].flat().some(word => word === '' || word.length > 128) || head.length !== 2) no()
  const queues = {}
  for (const [queue, ...members] of lines) {
    if (members.length === 0 || Object.hasOwn(queues, queue) || new Set(members).size < members.length) no()
    queues[queue] = members.sort()
  }
  return { topic: head[0], epoch: decimal(head[1], 'NOTICE'), queues }
}

const eight = number => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(number))
  return hex(bytes)
}

export const requestHeaders = (id, by, left = null) => [
  { name: 'bm-request', value: id },
  { name: 'bm-by', value: eight(by) },
  ...(left === null ? [] : [{ name: 'bm-left', value: eight(left) }])
]
const failure = why => (why === null ? [] : [{ name: 'bm-failed', value: hex(Buffer.from(why, 'utf8')) }])
export const replyHeaders = (id, failed) => [{ name: 'bm-reply', value: id }, ...failure(failed)]

/** Manifest and parts, as they go on the stream of objects. */
export const objectMessages = (name, bytes, partBytes) => {
  const head = `${bytes.length} ${partBytes} ${hex(sha256(bytes))}\n`
  const manifest = join(ascii(head), Buffer.from(name, 'utf8'))
  const id = { name: 'bm-id', value: hex(sha256(manifest).subarray(0, 16)) }
  const messages = [{ stream: 'bm-objects', subject: 'bm-object', headers: [id], body: hex(manifest) }]
  for (let n = 0; n < Math.max(1, Math.ceil(bytes.length / partBytes)); n++) {
    const body = hex(bytes.subarray(n * partBytes, (n + 1) * partBytes))
    messages.push({ stream: 'bm-objects', subject: 'bm-part', headers: [id, { name: 'bm-n', value: eight(n) }], body })
  }
  return messages
}

export const parseManifest = body => {
  const [, head, name] = /^([^\n]*)\n(.*)$/s.exec(text(body, 'OBJECT_MALFORMED')) ?? refuse('OBJECT_MALFORMED')
  const words = head.split(' ')
  if (words.length !== 3 || !/^[0-9a-f]{64}$/.test(words[2])) refuse('OBJECT_MALFORMED')
  const size = decimal(words[0], 'OBJECT_MALFORMED')
  const partBytes = decimal(words[1], 'OBJECT_MALFORMED', 2n ** 31n - 1n) || refuse('OBJECT_MALFORMED')
  return { size, partBytes, digest: words[2], name, id: hex(sha256(body).subarray(0, 16)) }
}

/** The object that messages bring. */
export const putTogether = messages => {
  const value = (message, name) => message.headers.find(header => header.name === name)?.value
  const [first, ...parts] = messages
  const manifest = parseManifest(unhex(first.body))
  if (messages.some(message => value(message, 'bm-id') !== manifest.id)) refuse('OBJECT_MALFORMED')
  parts.forEach((part, n) => value(part, 'bm-n') === eight(n) || refuse('OBJECT_MALFORMED'))
  const bytes = join(...parts.map(part => unhex(part.body)))
  if (bytes.length !== manifest.size || hex(sha256(bytes)) !== manifest.digest) refuse('OBJECT_DIGEST')
  return { name: manifest.name, bytes: hex(bytes) }
}

export const verdictHeaders = (id, failed, question = null) => [
  { name: 'bm-verdict', value: id },
  ...failure(failed),
  ...(question === null ? [] : [{ name: 'bm-n', value: question }])
]
export const askHeaders = (id, question) => [
  { name: 'bm-id', value: id },
  { name: 'bm-n', value: question }
]

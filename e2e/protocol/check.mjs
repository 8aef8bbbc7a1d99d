// A second reading of docs/protocol.md, which holds the files in vectors/ against it.
// usage: node check.mjs DIR; prints how many cases held, or which did not, and why.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Refused, hex, unhex } from './bytes.mjs'
import * as armour from './armour.mjs'
import * as packets from './packet.mjs'
import { contentBytes, parseContent } from './content.mjs'
import { keyId, keyText, parseKey, publicOf } from './keys.mjs'
import * as hidden from './hidden.mjs'
import * as messages from './messages.mjs'
import * as seals from './seal.mjs'
import { Reader } from './streams.mjs'
import { Sender } from './links.mjs'
import { Member, Publisher } from './topics.mjs'

const folder = process.argv[2]
const wrong = []
let held = 0

const same = (what, seen, wanted) => {
  if (isDeepStrictEqual(seen, wanted)) held++
  else wrong.push(`${what}: ${JSON.stringify(seen)?.slice(0, 300)} instead of ${JSON.stringify(wanted)?.slice(0, 300)}`)
}
const refused = (what, reason, reading) => {
  try {
    const seen = reading()
    wrong.push(`${what}: not refused but ${JSON.stringify(seen)?.slice(0, 300)}`)
  } catch (broken) {
    if (!(broken instanceof Refused)) throw broken
    if (reason === null) held++
    else same(what, broken.reason, reason)
  }
}
const read = new Set()
const file = name => {
  read.add(name)
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}
const cases = (name, hold) => {
  const whole = file(name)
  for (const one of whole.cases) {
    const what = `${name}, ${one.name}`
    try {
      hold(one, what, whole)
    } catch (broken) {
      wrong.push(`${what}: ${broken.stack}`)
    }
  }
}
const cut = (bytes, reading) => {
  for (let length = 0; length < bytes.length; length++) reading(bytes.subarray(0, length))
}

for (const [letter, name] of [['A', 'base64url'], ['B', 'base32768'], ['C', 'base65536']]) {
  cases(`good/armour-${name}.json`, (one, what) => {
    same(what, armour.encode(letter, unhex(one.bytes)), one.text)
    same(what, hex(armour.decode(one.text)), one.bytes)
  })
}
cases('bad/armour.json', (one, what) => refused(what, one.reason, () => armour.decode(one.text)))

cases('good/header.json', (one, what) => {
  same(what, packets.parseHeader(unhex(one.bytes)).header, one.header)
  same(what, hex(packets.headerBytes(one.header)), one.bytes)
  cut(unhex(one.bytes), short => refused(what, short.length ? 'HEADER_TRUNCATED' : 'EMPTY', () => packets.parseHeader(short)))
})
for (const one of file('good/header.json').labels) same('label ' + one.label, packets.labelId(one.label), one.recipient)
cases('bad/header.json', (one, what) => refused(what, one.reason, () => packets.parsePacket(unhex(one.bytes))))

for (const kind of ['content', 'control', 'confidential']) {
  cases(`good/${kind}.json`, (one, what) => {
    same(what, parseContent(unhex(one.bytes)), one.content)
    if (one.canonical) same(what, hex(contentBytes(one.content)), one.bytes)
  })
  cases(`bad/${kind}.json`, (one, what) => refused(what, one.reason, () => parseContent(unhex(one.bytes))))
}

cases('good/packet.json', (one, what) => {
  const bytes = unhex(one.bytes)
  same(what, hex(armour.decode(one.text)), one.bytes)
  same(what, armour.encode('B', bytes), one.text)
  const packet = packets.parsePacket(bytes)
  same(what, packet.header, one.header)
  if (one.header.sealed) same(what, hex(packet.body), one.body)
  else same(what, parseContent(packets.openPlain(bytes)), one.content)
  if (!one.header.deflated) same(what, hex(packets.plainPacket(one.header, contentBytes(one.content))), one.bytes)
  cut(bytes, short => refused(what, null, () => parseContent(packets.openPlain(short))))
})
cases('bad/packet.json', (one, what) => refused(what, one.reason, () => parseContent(packets.openPlain(unhex(one.bytes)))))

const CURVES = { node: 'ed25519', reader: 'x25519' }
cases('good/keys.json', (one, what) => {
  const secret = unhex(one.secret)
  const secretPrefix = one.name === 'admission' ? 'bm-admission-' : `bm-${one.name}-secret-`
  same(what, keyText(secretPrefix, secret), one.secretText)
  same(what, hex(parseKey(secretPrefix, one.secretText)), one.secret)
  if (one.name === 'admission') return
  same(what, hex(publicOf(CURVES[one.name], secret)), one.key)
  same(what, keyText(`bm-${one.name}-`, unhex(one.key)), one.text)
  if (one.id) same(what, keyId(unhex(one.key)), one.id)
})

cases('good/sealed.json', (one, what) => {
  const secret = name => (one[name] === null ? null : unhex(one[name]))
  const bytes = unhex(one.bytes)
  same(what, hex(armour.decode(one.text)), one.bytes)
  const keys = {
    senderSecret: secret('senderSecret'),
    reader: publicOf('x25519', secret('readerSecret')),
    admissionSecret: secret('admissionSecret'),
    ephemeralSecret: secret('ephemeralSecret')
  }
  same(what, hex(seals.seal(keys, one.header, unhex(one.content), one.padding)), one.bytes)
  same(what, hex(seals.caption(bytes)), one.caption)
  const { header, aad, body } = packets.parsePacket(bytes)
  same(what, header, one.header)
  const { sender, content, padding } = seals.unseal(secret('readerSecret'), aad, body)
  same(what, [hex(sender), hex(content), padding], [one.sender, one.content, one.padding])
  const opener = new seals.Opener(secret('readerSecret'), keys.admissionSecret ?? Buffer.alloc(32), unhex(one.sender))
  parseContent(opener.open(bytes).content)
  cut(bytes, short => refused(what, null, () => opener.open(short)))
})

const opener = () => {
  const { readerSecret, admissionSecret, enrolled } = file('bad/sealed.json')
  return new seals.Opener(...[readerSecret, admissionSecret, enrolled].map(unhex))
}
cases('bad/sealed.json', (one, what) => {
  const reader = opener()
  for (const before of one.accepted ?? []) reader.accept(reader.open(unhex(before)))
  refused(what, one.reason, () => parseContent(reader.open(unhex(one.bytes)).content))
})
cases('bad/caption.json', (one, what) => refused(what, one.reason, () => opener().admitCaption(unhex(one.bytes))))

cases('good/sizes.json', (one, what) => same(what, seals.sizeClass(one.size), one.class))
cases('good/onion.json', (one, what) => {
  const secret = name => (one[name] === null ? null : unhex(one[name]))
  const toReader = {
    senderSecret: secret('innerSenderSecret'),
    reader: publicOf('x25519', secret('readerSecret')),
    tag: secret('innerTag'),
    ephemeralSecret: secret('innerEphemeralSecret')
  }
  const toGateway = {
    senderSecret: secret('senderSecret'),
    reader: publicOf('x25519', secret('gatewaySecret')),
    ephemeralSecret: secret('outerEphemeralSecret')
  }
  const inner = secret('inner')
  same(what, hex(hidden.innerPacket(toReader, one.innerIncarnation, secret('content'))), one.inner)
  same(what, hex(hidden.wrapOnion(toGateway, one.incarnation, one.packetNumber, one.next, inner)), one.outer)
  same(what, hidden.openOnion(secret('gatewaySecret'), secret('outer')), { next: one.next, packet: one.inner })
  same(what, hex(hidden.handOn(inner, secret('admissionSecret'))), one.handedOn)
  same(what, hex(hidden.openInner(secret('readerSecret'), secret('handedOn'))), one.content)
  const reader = new seals.Opener(
    secret('readerSecret'),
    secret('admissionSecret') ?? Buffer.alloc(32),
    publicOf('ed25519', toReader.senderSecret)
  )
  reader.open(secret('handedOn'))
})
cases('bad/onion.json', (one, what) => refused(what, one.reason, () => hidden.handOn(unhex(one.bytes), null)))
cases('good/register.json', (one, what) => {
  const { topic, version, value } = one
  const keys = {
    senderSecret: unhex(one.ownerSecret),
    reader: publicOf('x25519', unhex(one.topicSecret)),
    admissionSecret: one.admissionSecret === null ? null : unhex(one.admissionSecret),
    ephemeralSecret: unhex(one.ephemeralSecret)
  }
  same(what, hex(hidden.registerPacket(keys, one.header, topic, version, value)), one.bytes)
  same(what, hidden.register(armour.decode(one.text), topic, unhex(one.topicSecret), one.owner), { version, value })
})
cases('bad/register.json', (one, what, all) =>
  same(what, hidden.register(unhex(one.bytes), all.topic, unhex(all.topicSecret), all.owner), null)
)

cases('good/stream.json', (one, what) => {
  const reader = new Reader(one)
  one.packets.forEach((packet, n) => {
    const { messages, givenUp, ack } = reader.onPacket(parseContent(unhex(packet.content)).frames)
    const wanted = packet.ack && parseContent(unhex(packet.ack)).frames[0].ack
    const inOrder = said => said && { ...said, streams: said.streams.sort((a, b) => a.stream - b.stream) }
    same(`${what}, packet ${n}`, [messages, givenUp], [packet.messages, packet.givenUp])
    same(`${what}, ack of packet ${n}`, inOrder(ack), inOrder(wanted))
  })
})
cases('good/lanes.json', (one, what) => {
  const lanes = one.channels.flatMap(channel => one.writers.map(writer => ({ channel, writer })))
  const { credit } = parseContent(unhex(one.content)).frames[0]
  const granted = credit.lanes
    .filter(({ writer }) => writer < lanes.length)
    .map(({ writer, millipostPerMinute: millipostsPerMinute }) => ({ ...lanes[writer], millipostsPerMinute }))
  same(what, granted, one.granted)
})
cases('good/quota.json', (one, what) => {
  const quota = new seals.Quota(one.quota)
  const taken = one.packets.map(packet => quota.takes(packet.date, packet.bytes))
  same(what, taken, one.packets.map(packet => packet.taken))
})
cases('good/link.json', (one, what) => {
  const sender = new Sender(one)
  one.steps.forEach((step, n) => {
    const { again, forgotten, reached, lost, says, room, roomOfAll } = step
    const { frames } = parseContent(unhex(says))
    const resets = frames.map(frame => frame.reset).filter(Boolean)
    const closes = frames.map(frame => frame.close).filter(Boolean)
    const byMessage = all => all.toSorted((a, b) => a.message - b.message)
    const seen = sender.onStep(step)
    const wanted = { again, forgotten, reached: byMessage(reached), lost, resets, closes, room, roomOfAll }
    same(`${what}, step ${n}`, { ...seen, reached: byMessage(seen.reached) }, wanted)
  })
})
cases('good/topic.json', (one, what) => {
  const member = new Member(one)
  one.steps.forEach((step, n) => {
    const { messages, missed, refused, sealed } = step
    if (sealed) {
      const secret = name => (sealed[name] === null ? null : unhex(sealed[name]))
      const keys = {
        senderSecret: secret('senderSecret'),
        reader: secret('to'),
        admissionSecret: secret('admissionSecret'),
        ephemeralSecret: secret('ephemeralSecret')
      }
      const bytes = seals.seal(keys, { ...sealed, deflated: false }, secret('content'), 0)
      same(`${what}, post ${n}`, armour.encode('B', bytes), step.text)
    }
    same(`${what}, step ${n}`, member.step(step.at, step.text), { messages, missed, refused })
  })
})
cases('bad/topic.json', (one, what, scene) => {
  const member = new Member(scene)
  for (const text of one.accepted ?? []) same(what, member.step(0, text).refused, null)
  const { messages, refused } = member.step(0, one.text)
  same(what, { messages, refused }, { messages: [], refused: one.reason })
})
cases('good/published.json', (one, what) => {
  const publisher = new Publisher()
  one.steps.forEach((step, n) => same(`${what}, step ${n}`, publisher.onStep(step), step.says))
})
cases('good/rendezvous.json', (one, what) => {
  const lot = messages.lot(BigInt('0x' + one.incarnation), one.stream, one.sequence)
  const members = Object.keys(one.weights)
  const id = number => number.toString(16).padStart(16, '0')
  same(what, id(lot), one.lot)
  for (const member of members) same(what, id(messages.weight(`${one.queue}/${member}`, lot)), one.weights[member])
  same(what, messages.handles(one.queue, members, lot), one.handles)
})
cases('good/queues.json', ({ name, body, ...said }, what) => {
  same(what, messages.parseQueues(unhex(body)), said)
  same(what, hex(messages.queuesBody(said.topic, said.epoch, said.queues)), body)
})
cases('bad/queues.json', (one, what) => refused(what, 'NOTICE', () => messages.parseQueues(unhex(one.body))))
cases('good/request.json', (one, what) => {
  if (one.request) same(what, messages.requestHeaders(one.request, one.by, one.left), one.headers)
  else same(what, messages.replyHeaders(one.reply, one.failed), one.headers)
})
cases('good/object.json', (one, what) => {
  const question = '0123456789abcdef'
  same(what, messages.objectMessages(one.object, unhex(one.bytes), one.partBytes), one.messages)
  same(what, messages.putTogether(one.messages), { name: one.object, bytes: one.bytes })
  same(what, messages.parseManifest(unhex(one.messages[0].body)).id, one.id)
  same(what, messages.verdictHeaders(one.id, null), one.taken.headers)
  same(what, messages.verdictHeaders(one.id, 'no room'), one.refused.headers)
  same(what, messages.askHeaders(one.id, question), one.asked.headers)
  same(what, messages.verdictHeaders(one.id, null, question), one.answered.headers)
})
cases('bad/object.json', (one, what) =>
  refused(what, 'OBJECT_MALFORMED', () => messages.parseManifest(unhex(one.body)))
)

for (const kind of ['good', 'bad']) {
  for (const name of readdirSync(join(folder, kind))) {
    if (!read.has(`${kind}/${name}`)) wrong.push(`${kind}/${name}: nobody looked at it`)
  }
}
console.log(wrong.length ? wrong.join('\n') : `${held} held`)
process.exitCode = wrong.length ? 1 : 0

// Topics of section 3.3: what a member makes of the posts that it sees, and what a publisher says of its own.
import { MAX_NUMBER, Refused, hex, refuse, sha256, unhex } from './bytes.mjs'
import * as armour from './armour.mjs'
import { parseContent } from './content.mjs'
import { agree, keyId, publicOf } from './keys.mjs'
import * as messages from './messages.mjs'
import { inflate, parsePacket } from './packet.mjs'
import { admissionTag, unseal } from './seal.mjs'
import { Reader } from './streams.mjs'

const GIVEN_UP = 120 // seconds after all that a gap misses was posted

/** Whether a subject fits a pattern. */
const matches = (pattern, subject) => {
  if (subject === '') return pattern === '' || pattern === '>'
  const words = pattern.split('.')
  const said = subject.split('.')
  const rest = words.at(-1) === '>'
  if (rest ? said.length < words.length : said.length !== words.length) return false
  return (rest ? words.slice(0, -1) : words).every((word, i) => word === '*' || word === said[i])
}

const reader = () => new Reader({ incarnation: '', session: '', channel: 0, messageBytes: Number(MAX_NUMBER) })

/** One outbox of a publisher. */
class Published {
  #reader = reader()
  #epochs = new Map() // of each piece from the beginning on
  #posted = 0
  #gaps = new Map() // when all that is missing before a piece was posted, null for not yet

  constructor(ever, frames) {
    const { sequence = Infinity, weight = 0 } = frames.find(frame => frame.reset?.stream === 0)?.reset ?? {}
    const said = weight > 0 ? weight - 1 : sequence
    const first = frames.find(frame => frame.data?.stream === 0)?.data.sequence ?? Infinity
    this.next = ever ? 0 : Math.min(said, first)
    this.#goTo(this.next)
  }

  #goTo(sequence) {
    return this.#reader.onPacket([{ reset: { stream: 0, sequence, weight: 0 } }])
  }

  onPacket(frames, epoch, now) {
    for (const { reset } of frames) if (reset?.stream === 0) this.#posted = Math.max(this.#posted, reset.sequence)
    const data = frames.filter(frame => frame.data?.stream === 0)
    for (const { data: lot } of data) {
      lot.pieces.forEach((_, i) => {
        const number = lot.sequence + i
        if (number >= this.next && !this.#epochs.has(number)) this.#epochs.set(number, epoch)
      })
    }
    const said = this.#said(this.#reader.onPacket(data))
    this.#watch(now)
    return said
  }

  #said({ messages, lasts }) {
    while (this.#epochs.has(this.next)) this.next++
    return messages.map((message, i) => ({ ...message, last: lasts[i], epoch: this.#epochs.get(lasts[i]) }))
  }

  #watch(now) {
    const before = [...this.#gaps].sort(([a], [b]) => a - b)
    this.#gaps = new Map()
    for (const number of [...this.#epochs.keys()].sort((a, b) => a - b)) {
      if (number <= this.next || this.#epochs.has(number - 1)) continue
      const [, at] = before.find(([behind]) => behind >= number) ?? [0, null]
      this.#gaps.set(number, number <= this.#posted ? (at ?? now) : null)
    }
  }

  /** Gives up what has not come in time. */
  onTime(now) {
    const said = []
    let missed = 0
    for (;;) {
      const [behind, at] = [...this.#gaps][0] ?? [0, null]
      if (at === null || now < at + GIVEN_UP) return { said, missed }
      missed += behind - this.next
      this.next = behind
      said.push(...this.#said(this.#goTo(behind)))
      this.#watch(now)
    }
  }
}

export class Member {
  #windows = new Map()
  #outboxes = new Map() // by signer and incarnation: of the topic, or of a link to this member alone
  #rosters = new Map()
  #kept = []

  constructor(scene) {
    this.scene = scene
    this.own = unhex(scene.readerSecret)
    this.keys = scene.keys.map(({ epoch, secret }) => ({ epoch, secret: unhex(secret) }))
    this.names = Object.fromEntries(Object.entries(scene.peers).map(([name, key]) => [key, name]))
  }

  step(now, text) {
    Object.assign(this, { now, messages: [], missed: 0, refused: null })
    for (const outbox of this.#outboxes.values()) {
      if (!(outbox.way instanceof Published)) continue
      const { said, missed } = outbox.way.onTime(now)
      this.missed += missed
      this.#hand(outbox, said)
    }
    if (text !== undefined) this.#refusing(() => this.#onPost(armour.decode(text)))
    const { messages, missed, refused } = this
    return { messages, missed, refused }
  }

  #refusing(reading) {
    try {
      reading()
    } catch (broken) {
      if (!(broken instanceof Refused)) throw broken
      this.refused = broken.reason
    }
  }

  #onPost(bytes) {
    const { header, aad, body } = parsePacket(bytes)
    if (!header.sealed) refuse('NOT_SEALED')
    const all = [{ epoch: null, secret: this.own }, ...this.keys]
    const key = all.find(({ secret }) => keyId(publicOf('x25519', secret)) === header.recipient)
    this.#admit(header, aad, body)
    if (key === undefined) {
      this.#kept.push(bytes)
      return
    }
    const { sender, content } = unseal(key.secret, aad, body)
    const signer = hex(sender)
    const name = signer + header.incarnation
    const window = this.#windows.get(name) ?? new Set()
    if (window.has(header.packetNumber)) refuse('REPLAYED')
    const { frames } = parseContent(header.deflated ? inflate(content) : content)
    const outbox = this.#outbox(name, signer, header.incarnation, key, frames)
    this.#windows.set(name, window.add(header.packetNumber))
    if (key.epoch !== null) this.#hand(outbox, outbox.way.onPacket(frames, key.epoch, this.now))
    else for (const message of outbox.way.onPacket(frames).messages) this.#onMessage(outbox.who, message)
  }

  #admit(header, aad, body) {
    if (header.admissionTag === null) return
    const { admissionSecret } = this.scene
    const tag = admissionSecret && admissionTag(unhex(admissionSecret), aad, body.length, sha256(body))
    if (!tag || hex(tag) !== header.admissionTag) refuse('ADMISSION_TAG')
  }

  #outbox(name, signer, incarnation, key, frames) {
    const who = this.names[signer]
    const published = key.epoch !== null
    if (published && !this.scene.publishers.includes(who)) refuse('NO_PUBLISHER')
    const known = this.#outboxes.get(name)
    if (known !== undefined) return known.way instanceof Published === published ? known : refuse('OF_A_TOPIC')
    const ever = this.keys.some(({ epoch }) => epoch === 1)
    const outbox = { who, incarnation, way: published ? new Published(ever, frames) : reader() }
    this.#outboxes.set(name, outbox)
    return outbox
  }

  #hand({ who, incarnation }, said) {
    for (const { subject, body, last, epoch } of said) {
      if (!matches(this.scene.subject, subject)) continue
      const lot = messages.lot(BigInt('0x' + incarnation), 0, last)
      const queues = this.#rosters.get(epoch) ?? this.scene.queues
      const handles = {}
      for (const queue of Object.keys(queues).sort()) handles[queue] = messages.handles(queue, queues[queue], lot)
      this.messages.push({ from: who, subject, body, epoch, handles })
    }
  }

  // --- what the owner says

  #onMessage(who, { name, subject, body }) {
    if (name !== 'bm-topics') return
    if (subject === 'bm-queues') this.#refusing(() => this.#onRoster(who, unhex(body)))
    if (subject === 'bm-key') this.#refusing(() => this.#onKeys(who, unhex(body)))
  }

  #onRoster(who, body) {
    const { topic, epoch, queues } = messages.parseQueues(body)
    if (who !== this.scene.owner || topic !== this.scene.topic) refuse('NOTICE')
    this.#rosters.set(epoch, queues)
  }

  #onKeys(who, body) {
    let frames
    try {
      frames = parseContent(body).frames
    } catch (broken) {
      throw broken instanceof Refused ? new Refused('NOTICE') : broken
    }
    for (const { key: notice } of frames) if (notice) this.#onKey(who, notice)
  }

  #onKey(who, { group, epoch, key, secret }) {
    if (who !== this.scene.owner || group !== this.scene.topic) refuse('NOT_THE_OWNER')
    if (this.keys.some(known => known.epoch >= epoch)) return
    const half = unhex(secret)
    if (BigInt(epoch) >= MAX_NUMBER || agree(this.own, unhex(key)) === null) refuse('NOTICE')
    if (secret === '') return // for who only publishes
    if (hex(publicOf('x25519', half)) !== key) refuse('NOTICE')
    this.keys.push({ epoch, secret: half })
    const kept = this.#kept
    this.#kept = []
    for (const bytes of kept) this.#refusing(() => this.#onPost(bytes))
  }
}

/** What a publisher knows of its packets. */
export class Publisher {
  #unposted = new Map()
  #next = 0

  onStep({ does, packet, from, until }) {
    if (does === 'packs') {
      this.#unposted.set(packet, from)
      this.#next = until
    }
    if (does === 'posted') this.#unposted.delete(packet)
    return Math.min(this.#next, ...this.#unposted.values())
  }
}

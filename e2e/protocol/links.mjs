// Section 6.2: what a sender on a link makes of what its peer says. Questions are put when a step says so; posts are not tidied.
import { parseContent } from './content.mjs'
import { unhex } from './bytes.mjs'

const FIRST_STREAM_CREDIT = 262144
const FIRST_CREDIT = 4194304
const PATIENCE = 30000

class Stream {
  next = 0
  weight = 0
  limit = FIRST_STREAM_CREDIT
  stored = 0
  beyond = new Set()
  done = 0
  reset = null
  end = null // behind its last piece
  over = false // closed, and the peer knows

  endAgain(until) {
    const end = Math.max(this.next, until)
    Object.assign(this, { next: end, stored: end, done: end, end, over: false, reset: { sequence: end, weight: 0 }, weight: 0 })
  }

  holds = (from, until) => {
    for (let n = Math.max(from, this.stored); n < until; n++) if (!this.beyond.has(n)) return false
    return true
  }

  advance() {
    while (this.beyond.delete(this.stored)) this.stored++
  }
}

export class Sender {
  #streams = new Map()
  #packets = new Map()
  #messages = []
  #posts = 0
  #limit = FIRST_CREDIT
  #weight = 0
  #session = null
  #ended = new Set()
  #last = {}
  #seen = 0
  #roundTrip = 0
  #question = null

  constructor({ incarnation, channel, lanes }) {
    Object.assign(this, { incarnation, channel, lanes })
  }

  onStep(step) {
    Object.assign(this, { again: new Map(), forgotten: [], reached: [], lost: [] })
    const { at } = step
    if (step.made) this.#made(step.made)
    if (step.posted) this.#posted(step.posted, at)
    if (step.closed !== undefined) this.#streams.get(step.closed).end ??= this.#streams.get(step.closed).next
    if (step.repacked) this.#repacked(step.repacked)
    if (step.unknown) this.#bytes(this.#packets.get(step.unknown.packet))
    if (step.notForwarded !== undefined) this.#notForwarded(this.#packets.get(step.notForwarded))
    if (step.asked !== undefined) this.#question = { token: step.asked, at }
    if (step.heard) this.#heard(step.heard, at)
    if (step.restarted) for (const packet of this.#packets.values()) if (packet.onWay) this.#bytes(packet)
    const again = [...this.again].sort(([a], [b]) => a - b).map(([packet, by]) => ({ packet, by }))
    const all = this.#limit - this.#weight
    const streams = [...this.#streams].sort(([a], [b]) => a - b)
    const own = one => (one.over ? FIRST_STREAM_CREDIT : one.limit - one.weight)
    const room = streams.map(([stream, one]) => ({ stream, weight: Math.max(0, Math.min(own(one), all)) }))
    const closing = streams.filter(([, one]) => one.end !== null && !one.over)
    const closes = closing.map(([stream, one]) => ({ stream, sequence: one.end }))
    const resets = streams.filter(([, one]) => one.reset).map(([stream, one]) => ({ stream, ...one.reset }))
    const forgotten = this.forgotten.sort((a, b) => a - b)
    return { again, forgotten, reached: this.reached, lost: this.lost, resets, closes, room, roomOfAll: Math.max(0, all) }
  }

  // --- what it does

  #made({ packet, parts }) {
    const placed = parts.map(part => {
      if (!this.#streams.has(part.stream)) this.#streams.set(part.stream, new Stream())
      const stream = this.#streams.get(part.stream)
      const before = stream.weight
      for (const { message, last } of part.ending) {
        const begun = this.#messages.filter(one => one.stream === part.stream).at(-1)
        this.#messages.push({ message, stream: part.stream, first: begun ? begun.last + 1 : 0, last, level: 0 })
      }
      stream.next = part.until
      stream.weight += part.weight
      this.#weight += part.weight
      return { ...part, before }
    })
    this.#packets.set(packet, { packet, parts: placed, posts: [], onWay: true, acked: false, repairs: 0, forwarded: false })
  }

  #posted({ packet: number, lane, message }, at) {
    const packet = this.#packets.get(number)
    if (!packet) return
    packet.posts.push({ lane, message, at })
    Object.assign(packet, { onWay: false, posted: true, order: ++this.#posts, later: 0, laterInLane: 0 })
    this.#levels()
  }

  #repacked({ packet: number, in: anew }) {
    const packet = this.#packets.get(number)
    if (!packet) return
    this.#packets.delete(number)
    this.forgotten.push(number)
    this.#packets.set(anew, { ...packet, packet: anew, posts: [], onWay: true, forwarded: false })
  }

  #bytes(packet) {
    if (!packet || packet.acked) return
    packet.onWay = true
    this.again.set(packet.packet, 'bytes')
  }

  #notForwarded(packet) {
    if (packet) packet.forwarded = false
    this.#bytes(packet)
  }

  /** Forwarded first, and its bytes the next time. */
  #repair(packet) {
    packet.onWay = true
    packet.stale = false
    packet.repairs++
    packet.forwarded = packet.posts.length > 0 && !packet.forwarded
    this.again.set(packet.packet, packet.forwarded ? 'forward' : 'bytes')
  }

  // --- what it hears

  #heard({ outbox, packet, content }, at) {
    const { frames } = parseContent(unhex(content))
    const mine = kind => frames.map(frame => frame[kind]).filter(one => one && one.incarnation === this.incarnation)
    for (const credit of mine('credit')) {
      this.#limit = Math.max(this.#limit, credit.weight)
      for (const { stream, weight } of credit.streams) {
        const one = this.#streams.get(stream)
        if (one) one.limit = Math.max(one.limit, weight)
      }
    }
    for (const ack of mine('ack')) this.#ack(ack, outbox, packet, at)
    for (const nack of mine('nack')) for (const one of this.#missed()) if (this.#isNamed(one, nack, at)) this.#repair(one)
    for (const pong of mine('pong')) {
      if (pong.token !== this.#question?.token) continue
      for (const one of this.#missed()) {
        const post = one.posts.at(-1)
        if (post.at <= this.#question.at && at - post.at >= this.#patience(one)) this.#repair(one)
      }
    }
  }

  #missed = () => [...this.#packets.values()].filter(one => !one.acked && !one.onWay && one.posts.length)

  #patience = packet => Math.max(PATIENCE, 4 * this.#roundTrip) * 2 ** Math.min(packet.repairs, 6)

  #isNamed({ parts, posts }, nack, at) {
    const { message, at: since } = posts.at(-1)
    const within = ({ channel, from, until }) => channel === this.channel && from <= message && message < until
    const overlaps = range => parts.some(p => p.stream === range.stream && p.from < range.until && p.until > range.from)
    return nack.posts.some(within) || (at - since >= Math.max(5000, this.#roundTrip) && nack.pieces.some(overlaps))
  }

  #ack(ack, outbox, number, at) {
    if (this.#ended.has(ack.session)) return
    const later = outbox !== this.#last.outbox || number > this.#last.packet
    if (this.#session !== null && ack.session !== this.#session) {
      if (!later) return
      this.#ended.add(this.#session)
      this.#anew()
    }
    this.#session = ack.session
    if (later) this.#last = { outbox, packet: number }
    for (const one of ack.streams) this.#streamAck(one)
    this.#levels()
    const fresh = []
    for (const packet of this.#packets.values()) {
      if (!packet.acked && this.#isStored(packet)) {
        packet.acked = true
        if (packet.posts.length === 1 && !packet.onWay) this.#took(at - packet.posts[0].at)
        fresh.push(packet)
      }
      if (!packet.acked || !packet.parts.every(part => part.until <= this.#streams.get(part.stream).stored)) continue
      this.#packets.delete(packet.packet)
      this.forgotten.push(packet.packet)
    }
    for (const { channel, message } of ack.seen) if (channel === this.channel) this.#seen = Math.max(this.#seen, message)
    for (const packet of this.#missed()) {
      for (const other of fresh) {
        if (!(other.order > packet.order)) continue
        packet.later++
        if (other.posts.at(-1).lane === packet.posts.at(-1).lane) packet.laterInLane++
      }
    }
    for (const packet of this.#packets.values()) {
      if (packet.acked || packet.onWay) continue
      const waits = packet.parts.some(part => this.#streams.get(part.stream).reset)
      if (packet.stale && !waits) this.#repair(packet)
      if (packet.onWay || packet.stale) continue
      const post = packet.posts.at(-1)
      const passed = ack.seen.length > 0 && this.#seen >= post.message && at - post.at >= this.#patience(packet)
      if (passed || packet.laterInLane >= 3 || packet.later >= 3 + this.lanes) this.#repair(packet)
    }
  }

  #isStored = packet => packet.parts.every(part => this.#streams.get(part.stream).holds(part.from, part.until))

  #took(millis) {
    const capped = Math.min(Math.max(millis, 1), 60000)
    this.#roundTrip = this.#roundTrip === 0 ? capped : (7 * this.#roundTrip + capped) / 8
  }

  #streamAck({ stream: number, stored, beyond, done, closed }) {
    const stream = this.#streams.get(number)
    if (stream && closed && stream.end !== null) {
      stream.beyond.clear()
      Object.assign(stream, { stored: stream.next, done: stream.next, over: true, reset: null })
      return
    }
    if (stream?.over) return stream.endAgain(Math.max(stored, beyond.at(-1)?.until ?? 0))
    if (!stream || Math.max(stored, beyond.at(-1)?.until ?? 0) > stream.next) return
    stream.stored = Math.max(stream.stored, stored)
    stream.done = Math.max(stream.done, done)
    for (const { from, until } of beyond) for (let n = from; n < until; n++) if (n >= stream.stored) stream.beyond.add(n)
    for (const n of stream.beyond) if (n < stream.stored) stream.beyond.delete(n)
    stream.advance()
    if (stream.reset && stored >= stream.reset.sequence) stream.reset = null
  }

  /** The peer begins with an empty memory. */
  #anew() {
    this.#limit = FIRST_CREDIT
    this.#weight = [...this.#streams.values()].filter(one => !one.over).reduce((sum, one) => sum + one.weight, 0)
    for (const [number, stream] of this.#streams) {
      if (stream.over) continue
      let base = stream.next
      let before = stream.weight
      const parts = [...this.#packets.values()].flatMap(packet => packet.parts).filter(part => part.stream === number)
      for (let part; (part = parts.find(one => one.until === base)); ) ({ from: base, before } = part)
      Object.assign(stream, { stored: base, done: Math.min(stream.done, base), limit: before + FIRST_STREAM_CREDIT })
      stream.beyond.clear()
      stream.reset = base > 0 ? { sequence: base, weight: before } : null
      this.#limit += before
      const gone = one => one.stream === number && one.first < base && one.level < 3
      this.lost.push(...this.#messages.filter(gone).map(one => one.message))
      for (const one of this.#messages) if (gone(one)) one.level = 3
    }
    for (const { parts } of this.#packets.values())
      for (const { stream, until } of parts) if (this.#streams.get(stream).over) this.#streams.get(stream).endAgain(until)
    for (const packet of this.#packets.values()) {
      packet.acked = false
      packet.stale = true
    }
  }

  #levels() {
    for (const one of this.#messages) {
      const stream = this.#streams.get(one.stream)
      let level = stream.holds(one.first, one.last + 1) ? 2 : this.#isPosted(one) ? 1 : 0
      if (one.last < stream.done) level = 3
      for (; one.level < level; one.level++)
        this.reached.push({ message: one.message, level: ['POSTED', 'STORED', 'DONE'][one.level] })
    }
  }

  /** A packet that is forgotten was posted. */
  #isPosted(message) {
    const about = part => part.stream === message.stream && part.from <= message.last && part.until > message.first
    const left = [...this.#packets.values()].filter(packet => packet.parts.some(about))
    return left.every(packet => packet.posted) && this.#streams.get(message.stream).next > message.last
  }
}

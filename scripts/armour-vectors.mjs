// Writes vectors/good/armour-*.json with other people's encoders, so that ours have something to disagree with.
// Run once by hand: npm install --no-save base32768@5.0.1 base65536@5.0.0 && node scripts/armour-vectors.mjs
import { writeFileSync } from 'node:fs'
import { encode } from 'base32768'
import { encode as encode65536 } from 'base65536'

const pattern = (length, step) => Uint8Array.from({ length }, (_, i) => (i * step + length) & 0xff)
const inputs = []
for (let length = 0; length <= 46; length++) inputs.push([`length ${length}`, pattern(length, 37)])
for (const byte of [0x00, 0xff, 0x80, 0x01]) {
  for (const length of [1, 2, 14, 15, 30]) inputs.push([`${length} bytes ${byte}`, new Uint8Array(length).fill(byte)])
}
const escape = json => json.replace(/[\u0080-\uffff]/g, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'))
const write = (name, magic, source, full, text, more = []) => {
  const cases = [...inputs, ...more, ['a full post', pattern(full, 97)]].map(([name, bytes]) => ({
    name,
    bytes: Buffer.from(bytes).toString('hex'),
    text: magic + text(bytes)
  }))
  const file = { about: 'Bytes and the text of the post that carries them.', armour: name, source, cases }
  writeFileSync(`vectors/good/armour-${name}.json`, escape(JSON.stringify(file, null, 2)) + '\n')
}
write('base32768', 'B', 'npm base32768 5.0.1', 7678, encode)
write('base64url', 'A', "Node's Buffer", 3071, bytes => Buffer.from(bytes).toString('base64url'))
const blocks = Array.from({ length: 256 }, (_, block) => [`block ${block}`, Uint8Array.of(0, block, 255, block)])
write('base65536', 'C', 'npm base65536 5.0.0', 8190, encode65536, blocks)

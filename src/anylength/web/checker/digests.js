// SHA-256, and the canonical text of a JSON value: keys sorted by code point, no spaces, ASCII alone.

const ROUND_CONSTANTS = roots(64, 3);
const FIRST_HASH = roots(8, 2);

/** The first 32 fractional bits of the square or cube roots of the first primes. */
function roots(count, degree) {
  const primes = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return Uint32Array.from(primes, (prime) => {
    const goal = BigInt(prime) << BigInt(32 * degree);
    let root = 0n; // of the goal, rounded down: bit by bit
    for (let bit = 37n; bit >= 0n; bit -= 1n) if ((root | (1n << bit)) ** BigInt(degree) <= goal) root |= 1n << bit;
    return Number(root & 0xffffffffn);
  });
}

/**
 * The SHA-256 of some bytes, as hex digits.
 * @param {Uint8Array} bytes
 */
export function sha256(bytes) {
  const length = ((bytes.length + 72) >> 6) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length << 3) >>> 0);
  const hash = FIRST_HASH.slice();
  const words = new Uint32Array(64);
  for (let first = 0; first < length; first += 64) addBlock(hash, words, view, first);
  return [...hash].map((word) => word.toString(16).padStart(8, "0")).join("");
}

function addBlock(hash, words, view, first) {
  for (let k = 0; k < 16; k += 1) words[k] = view.getUint32(first + 4 * k);
  for (let k = 16; k < 64; k += 1) {
    const early = words[k - 15];
    const late = words[k - 2];
    const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[k] = words[k - 16] + small + words[k - 7] + large;
  }
  let [a, b, c, d, e, f, g, h] = hash;
  for (let k = 0; k < 64; k += 1) {
    const chosen = (e & f) ^ (~e & g);
    const most = (a & b) ^ (a & c) ^ (b & c);
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + ROUND_CONSTANTS[k] + words[k]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + most) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, k) => {
    hash[k] += value;
  });
}

function turned(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/** The canonical text of a value as `parseStrict` gives it. */
export function canonicalText(value) {
  if (value instanceof Map) {
    const names = [...value.keys()].sort(byCodePoint);
    return `{${names.map((name) => `${canonicalText(name)}:${canonicalText(value.get(name))}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const plain = JSON.stringify(value ?? null);
  return plain.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function byCodePoint(a, b) {
  const [first, second] = [Array.from(a), Array.from(b)];
  const at = first.findIndex((character, k) => character !== second[k]);
  if (at < 0) return first.length - second.length;
  return at < second.length ? first[at].codePointAt(0) - second[at].codePointAt(0) : 1;
}

/** The SHA-256 of the canonical text. */
export function canonicalSha256(value) {
  return sha256(new TextEncoder().encode(canonicalText(value)));
}

// The random numbers of numpy's `default_rng`: SeedSequence, PCG64, and the draws that the post's training needs. With one seed a page
// and Python draw the same numbers, to the bit.
//
// SeedSequence and PCG64 are M. O'Neill's designs; bounded integers are drawn as by Lemire (2019). The constants are numpy's.

const [WORD, DOUBLE] = [0xffffffffffffffffn, (1n << 128n) - 1n];
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const POOL = 4; // words of a seed's pool
const [FIRST_A, TIMES_A, FIRST_B, TIMES_B] = [0x43b0d7e5, 0x931e8875, 0x8b51f9dd, 0x58f38ded];
const [MIX_LEFT, MIX_RIGHT] = [0xca01f9dd, 0x4973f715];

/** The generator of `numpy.random.default_rng([...seed])`, for numbers below 2^32. */
export class NumpyRandom {
  /** @param {number[]} seed */
  constructor(seed) {
    const words = stateWords(seed).map(BigInt);
    const long = (at) => words[at] | (words[at + 1] << 32n); // 64 bits, the low half first
    const [start, stream] = [(long(0) << 64n) | long(2), (long(4) << 64n) | long(6)];
    this.increment = ((stream << 1n) | 1n) & DOUBLE;
    this.state = this.increment; // one step from 0
    this.state = (this.state + start) & DOUBLE;
    this.step();
    this.half = null; // the high half of a word whose low half was drawn
  }

  step() {
    this.state = (this.state * MULTIPLIER + this.increment) & DOUBLE;
  }

  /** 64 random bits. */
  next64() {
    this.step();
    const mixed = (this.state >> 64n) ^ (this.state & WORD);
    const turn = this.state >> 122n;
    return ((mixed >> turn) | (mixed << (64n - turn))) & WORD;
  }

  /** 32 random bits: each 64 serve twice, the low half first. */
  next32() {
    if (this.half !== null) {
      const { half } = this;
      this.half = null;
      return half;
    }
    const word = this.next64();
    this.half = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  }

  /** A double from 0 to below 1, as `random()`. */
  double() {
    return Number(this.next64() >> 11n) * 2 ** -53;
  }

  /** A float32 number from 0 to below 1, as `random(dtype=float32)`. */
  single() {
    return (this.next32() >>> 8) * 2 ** -24;
  }

  /** A number from `low` to `high`, as `uniform(low, high)`. */
  between(low, high) {
    return low + (high - low) * this.double();
  }

  /** An integer from 0 to `largest`, of 32 bits. */
  upTo(largest) {
    if (largest === 0) return 0;
    return lemire(largest, 2 ** 32, () => this.next32());
  }

  /** An integer from 0 to `largest`, of 32 bits, as shuffles draw it: bits are cut, and what is too large is drawn again. */
  masked(largest) {
    const mask = 2 ** (32 - Math.clz32(largest)) - 1;
    for (;;) {
      const value = (this.next32() & mask) >>> 0;
      if (value <= largest) return value;
    }
  }

  /** Integers from `low` to below `high`, as `integers(low, high, count)`. */
  integers(low, high, count) {
    return Array.from({ length: count }, () => low + this.upTo(high - low - 1));
  }

  /** The same as bytes, as `integers(low, high, count, uint8)`: each 32 bits serve four times. */
  bytes(low, high, count) {
    let [left, word] = [0, 0];
    const next = () => {
      word = left ? word >>> 8 : this.next32();
      left = left ? left - 1 : 3;
      return word & 0xff;
    };
    return Uint8Array.from({ length: count }, () => low + lemire(high - low - 1, 2 ** 8, next));
  }

  /** The numbers from 0 to below `count` in a random order, as `permutation(count)`. */
  permutation(count) {
    const order = Uint32Array.from({ length: count }, (_, number) => number);
    for (let last = count - 1; last > 0; last -= 1) {
      const other = this.masked(last);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }
}

/** An integer from 0 to `largest` out of draws below `whole`, without bias. */
function lemire(largest, whole, next) {
  const count = largest + 1;
  const threshold = (whole - count) % count;
  for (;;) {
    const product = next() * count; // below 2^53
    if (product % whole >= threshold) return Math.floor(product / whole);
  }
}

/** What SeedSequence gives PCG64: eight words of 32 bits. */
function stateWords(seed) {
  let factor = FIRST_A;
  const hashed = (value) => {
    const mixed = value ^ factor;
    factor = Math.imul(factor, TIMES_A);
    return shifted(Math.imul(mixed, factor));
  };
  const pool = Array.from({ length: POOL }, (_, at) => hashed(seed[at] ?? 0));
  for (let from = 0; from < POOL; from += 1) {
    for (let to = 0; to < POOL; to += 1) {
      if (from !== to) pool[to] = shifted(Math.imul(MIX_LEFT, pool[to]) - Math.imul(MIX_RIGHT, hashed(pool[from])));
    }
  }
  let second = FIRST_B;
  return Array.from({ length: 2 * POOL }, (_, at) => {
    const mixed = pool[at % POOL] ^ second;
    second = Math.imul(second, TIMES_B);
    return shifted(Math.imul(mixed, second)) >>> 0;
  });
}

function shifted(value) {
  return value ^ (value >>> 16);
}

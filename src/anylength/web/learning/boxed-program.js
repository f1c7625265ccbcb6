// A step program over boxes, as a program of its own: each value becomes a center and a radius, by operations whose slopes are known.
// So a net and the boxes of its proof can be trained together. Nothing is rounded outward here.
//
// A value that is known exactly has no radius. The rules are those of `anylength.ops.boxes`.

const [SILU_LEAST, GELU_LEAST] = [-1.2784645, -0.7517916]; // where these functions are least
const RISING = ["tanh", "sigmoid", "relu", "exp", "softplus"];
const WITH_LEAST = { silu: SILU_LEAST, gelu: GELU_LEAST, absolute: 0, square: 0 };

/** @typedef {{center: number, radius: number | null, rows: number}} BoxedValue numbers of instructions */

/** Writes instructions over boxes. */
export class BoxedProgram {
  constructor() {
    this.instructions = [];
  }

  /** Adds an instruction; its number. */
  emit(op, of, attributes = {}) {
    return this.instructions.push({ op, of, ...attributes }) - 1;
  }

  /** A box whose center and radius come from outside. */
  input(rows) {
    return { center: this.emit("input", [], { rows }), radius: this.emit("input", [], { rows }), rows };
  }

  /** A known value from outside. */
  known(rows) {
    return { center: this.emit("input", [], { rows }), radius: null, rows };
  }

  /**
   * Adds a list of instructions.
   * @param {object[]} list
   * @param {{program: object, wanted: number[], given: Map<number, BoxedValue>}} options `given` are values that exist already
   * @returns {Map<number, BoxedValue>}
   */
  add(list, { program, wanted, given }) {
    const values = new Map(given);
    for (const number of neededFor(list, wanted, given)) {
      const item = list[number];
      values.set(number, this.value(item, item.of.map((argument) => values.get(argument)), program));
    }
    return values;
  }

  value(item, given, program) {
    const { op } = item;
    const attributes = Object.fromEntries(Object.entries(item).filter(([name]) => name !== "op" && name !== "of"));
    if (op === "tensor") return { center: this.emit(op, [], attributes), radius: null, rows: program.tensors[item.name][0] };
    if (op === "constant") return { center: this.emit(op, [], attributes), radius: null, rows: item.rows };
    if (given.every(({ radius }) => radius === null)) return this.plain(op, attributes, given);
    if (op === "slice" || op === "take" || op === "stored" || op === "mean") {
      return this.mapped(given[0], (part) => this.emit(op, [part], attributes), rowsAfter(op, attributes, given));
    }
    if (op === "matmul") return this.product(attributes, given[0]);
    if (op === "scale") return this.scaled(given[0], attributes.factor);
    if (op === "concatenate") return this.stacked(given);
    if (op === "add" || op === "subtract") return this.sum(op, ...given);
    if (op === "multiply") return given.some(({ radius }) => radius === null) ? this.byKnown(...given) : this.ofCorners(...given);
    if (op === "maximum" || op === "minimum" || RISING.includes(op)) return this.ofEnds(op, given);
    if (op === "lerp") return this.lerp(...given);
    if (Object.hasOwn(WITH_LEAST, op)) return this.withLeast(op, given[0]);
    throw new Error(`the boxes of ${op} are not trained`);
  }

  plain(op, attributes, given) {
    const center = this.emit(op, given.map((value) => value.center), attributes);
    return { center, radius: null, rows: rowsAfter(op, attributes, given) };
  }

  mapped({ center, radius }, change, rows) {
    return { center: change(center), radius: change(radius), rows };
  }

  product({ weight, start, stop }, { center, radius }) {
    return {
      center: this.emit("matmul", [center], { weight, start, stop }),
      radius: this.emit("matmul_sizes", [radius], { weight, start, stop }), rows: stop - start,
    };
  }

  scaled({ center, radius, rows }, factor) {
    const size = typeof factor === "string" ? factor.replace("-", "") : Math.abs(factor);
    return { center: this.emit("scale", [center], { factor }), radius: this.emit("scale", [radius], { factor: size }), rows };
  }

  /** The radius of a value; 0 where it is known. */
  radiusOf({ radius, rows }) {
    return radius ?? this.emit("constant", [], { value: 0, rows });
  }

  stacked(given) {
    const rows = given.reduce((sum, value) => sum + value.rows, 0);
    const radii = given.map((value) => this.radiusOf(value));
    return { center: this.emit("concatenate", given.map(({ center }) => center)), radius: this.emit("concatenate", radii), rows };
  }

  sum(op, a, b) {
    const radius = a.radius === null ? b.radius : b.radius === null ? a.radius : this.emit("add", [a.radius, b.radius]);
    return { center: this.emit(op, [a.center, b.center]), radius, rows: a.rows };
  }

  byKnown(a, b) {
    const [known, box] = a.radius === null ? [a, b] : [b, a];
    const size = this.emit("absolute", [known.center]);
    return { center: this.emit("multiply", [a.center, b.center]), radius: this.emit("multiply", [box.radius, size]), rows: a.rows };
  }

  ends(value) {
    if (value.radius === null) return [value.center, value.center];
    value.ends ??= ["subtract", "add"].map((op) => this.emit(op, [value.center, value.radius]));
    return value.ends;
  }

  between(low, high, rows) {
    const [sum, difference] = [this.emit("add", [low, high]), this.emit("subtract", [high, low])];
    const [center, radius] = [sum, difference].map((number) => this.emit("scale", [number], { factor: 0.5 }));
    return { center, radius, rows };
  }

  /** The range of a function that rises in each argument. */
  ofEnds(op, given) {
    const ends = given.map((value) => this.ends(value));
    const [low, high] = [0, 1].map((end) => this.emit(op, ends.map((pair) => pair[end])));
    return this.between(low, high, given[0].rows);
  }

  extreme(op, numbers) {
    return numbers.reduce((best, number) => this.emit(op, [best, number]));
  }

  ofCorners(a, b) {
    const corners = this.ends(a).flatMap((x) => this.ends(b).map((y) => this.emit("multiply", [x, y])));
    return this.between(this.extreme("minimum", corners), this.extreme("maximum", corners), a.rows);
  }

  /** For z in 0 to 1 the extremes lie at the ends of z. */
  lerp(z, a, b) {
    const [weights, zero, one] = [this.ends(z), this.ends(a), this.ends(b)];
    const at = (end) => weights.map((weight) => this.emit("lerp", [weight, zero[end], one[end]]));
    return this.between(this.extreme("minimum", at(0)), this.extreme("maximum", at(1)), a.rows);
  }

  /** The range of a function that falls up to one point and rises from there. */
  withLeast(op, value) {
    const [low, high] = this.ends(value);
    const turn = this.emit("constant", [], { value: WITH_LEAST[op], rows: value.rows });
    const nearest = this.emit("maximum", [low, this.emit("minimum", [high, turn])]);
    const corners = [low, high].map((end) => this.emit(op, [end]));
    return this.between(this.emit(op, [nearest]), this.extreme("maximum", corners), value.rows);
  }
}

function rowsAfter(op, { start, stop, rows }, given) {
  if (op === "slice" || op === "matmul") return stop - start;
  if (op === "take") return rows.length;
  if (op === "mean" || op === "mean_square") return 1;
  if (op === "concatenate") return given.reduce((sum, value) => sum + value.rows, 0);
  return op === "matvec" ? given[0].rows / given[1].rows : given[0].rows;
}

/** The numbers of the instructions that some values need, but for given ones, ascending. */
export function neededFor(list, wanted, given) {
  const found = new Set(wanted.filter((number) => !given.has(number)));
  for (let number = list.length - 1; number >= 0; number -= 1) {
    if (found.has(number)) for (const argument of list[number].of) if (!given.has(argument)) found.add(argument);
  }
  return [...found].sort((a, b) => a - b);
}

// {{ title }}
// Written by anylength: the net itself, no library. Every operation is rounded to float32.
//
//   import { answer } from "./model.mjs";
//   answer({{ example | map("tojson") | join(", ") }});
//
{% for line in equations %}
// {{ line }}
{% endfor %}
// The state starts at 0. A step's output is the class of the largest logit of W h' + c, the lowest on a tie.

{% set place = "length - 1 - t" if steps.most_first else "t" %}
const BASE = {{ task.base }}, LETTERS = {{ task.letters }}, TAPES = {{ task.tapes }}, H = {{ hidden }}, STATE = {{ state_size }};

const float = Math.fround;
{% if cell != "relu" %}
const tanh = (x) => float(Math.tanh(x));
{% endif %}
{% if cell in ("gru", "gru-reset-before", "lstm", "linear", "mingru") %}
const sigmoid = (x) => float(1 / (1 + Math.exp(-x)));
{% endif %}

/** The product of some rows and a vector. */
const times = (rows, vector) => rows.map((row) => row.reduce((sum, weight, j) => float(sum + float(weight * vector[j])), 0));

/** p: the input has a 1 for the letter on each tape; symbol s has on tape i the letter floor(s / LETTERS ** i) % LETTERS. */
function drive(symbol) {
  return weight_ih.map((row, k) => {
    let sum = bias[k];
    for (let tape = 0, rest = symbol; tape < TAPES; tape += 1, rest = Math.floor(rest / LETTERS))
      sum = float(sum + row[tape * LETTERS + (rest % LETTERS)]);
    return {{ "float(sum + bias_hh[k])" if "bias_hh" in tensors else "sum" }};
  });
}

/** The state after a symbol. */
function advance(state, symbol) {
{% include "cells/" ~ family ~ ".mjs" %}
}

/** One step: the state after a symbol, and the step's output. */
export function step(state, symbol) {
  const after = advance(state, symbol);
  const logits = times(readout_weight, after).map((sum, k) => float(sum + readout_bias[k]));
  return { state: after, output: logits.reduce((best, logit, k) => (logit > logits[best] ? k : best), 0) };
}

/** The net's answer to {{ "a number" if task.tapes == 1 else task.tapes ~ " numbers, an argument each" }}, all as people write them. */
export function answer(...numbers) {
  if (numbers.length !== TAPES) throw new RangeError(`expected ${TAPES} number(s), got ${numbers.length}`);
  const digits = numbers.map(digitsOf);
  const length = Math.max(...digits.map((own) => own.length));
{% if steps.whole %}
  const end = length{{ " + %d" % steps.answers[1] if steps.answers[1] }};
{% else %}
  const from = {{ 1 + steps.work[0] }} * length + {{ steps.work[1] }}; // the first step of the answer
  const end = from + {{ steps.answers[0] }} * length + {{ steps.answers[1] }};
{% endif %}
  const outputs = [];
  for (let t = 0, state = new Array(STATE).fill(0); t < end; t += 1) {
{% if steps.whole %}
    const symbol = digits.reduceRight((sum, own) => sum * LETTERS + (own[{{ place }}] ?? 0), 0);
{% else %}
    const read = digits.reduceRight((sum, own) => sum * LETTERS + (own[{{ place }}] ?? 0), 0);
    const symbol = t < length ? read : t < from ? {{ steps.work_symbol }} : {{ steps.answer_symbol }};
{% endif %}
    const after = step(state, symbol);
    state = after.state;
    outputs.push(after.output);
  }
{% if task.labels is not none %}
  return LABELS[outputs[end - 1]];
{% else %}
  return written(outputs{{ ".slice(from)" if not steps.whole }}{{ ".reverse()" if steps.written }});
{% endif %}
}

/** The digits of a number, the least significant first. */
function digitsOf(number) {
  const text = String(number);
  const digits = /^[0-9a-z]+$/i.test(text) ? Array.from(text, (sign) => parseInt(sign, 36)).reverse() : [BASE];
  if (digits.some((digit) => digit >= BASE)) throw new RangeError(`expected digits of base ${BASE}, got ${text}`);
  return digits;
}
{% if task.labels is not none %}

const LABELS = {{ labels }};
{% else %}

/** Digits, the least significant first, as people write them. */
function written(digits) {
{% if task.negative %}
  if (digits[digits.length - 1] === BASE - 1) return `-${written(complement(digits).concat(0))}`;
{% endif %}
  const text = digits.map((digit) => digit.toString(36)).reverse().join("");
  return text.replace(/^0+(?=.)/, "");
}
{% if task.negative %}

/** BASE ** T - n: what T digits of n stand for where n is below zero. */
function complement(digits) {
  const first = digits.findIndex((digit) => digit > 0);
  return digits.map((digit, place) => (place < first ? 0 : BASE - 1 - digit + (place === first ? 1 : 0)));
}
{% endif %}
{% endif %}

{% for name, value in tensors.items() %}
{% if value.ndim == 2 %}
const {{ name }} = [
{% for row in value %}
  [{{ row | decimals }}],
{% endfor %}
].map((row) => Float32Array.from(row)); // [{{ value.shape | join(", ") }}]
{% else %}
const {{ name }} = Float32Array.of({{ value | decimals }});
{% endif %}
{% endfor %}

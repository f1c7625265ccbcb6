// Numbers as a net reads them, from the right, and what it answers.

export const NINE = 9;

/**
 * What a net answers to a number: `answer` and `isRight` a step, from the right; the nines at the number's end and the digit in front of
 * them; the states from the first nine to the last; and after how many nines the net would answer that digit as if there were no carry
 * (null if it never would).
 * @param {import("../shared/net.js").PageNet} net
 * @param {string} number
 */
export function asked(net, number) {
  const word = [...[...number].reverse().map(Number), 0];
  const { states, outputs } = net.run(word);
  const right = [...String(BigInt(number) + 1n).padStart(word.length, "0")].reverse().map(Number);
  const isRight = right.map((digit, step) => digit === outputs[step]);
  const nines = word.findIndex((digit) => digit !== NINE);
  const [front, path] = [word[nines], states.slice(0, nines)];
  const lost = path.findIndex((state) => !(carryMargin(net, state, front) > 0));
  return { answer: Array.from(outputs), right, isRight, nines, front, path, lost: lost < 0 ? null : lost + 1 };
}

/** How far a net is on the side of the carry: if it read a digit now, the lead of the digit that follows over all others. */
export function carryMargin(net, state, digit = 0) {
  const logits = net.logits(net.step(state, digit));
  const wanted = (digit + 1) % logits.length;
  return logits[wanted] - Math.max(...logits.filter((_, other) => other !== wanted));
}

/** The carry margins after 0, 1, … nines. */
export function carryMargins(net, most, digit = 0) {
  const margins = [];
  let state = net.start();
  for (let count = 0; count <= most; count += 1) {
    margins.push(carryMargin(net, state, digit));
    state = net.step(state, NINE);
  }
  return margins;
}

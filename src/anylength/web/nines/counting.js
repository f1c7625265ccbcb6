// Numbers of nines as the net reads them, and what it answers.

export const NINE = 9;

/** k nines from the right, and a step of 0 for the carry that is left. */
function ninesWord(count) {
  return [...Array(count).fill(NINE), 0];
}

/**
 * What a net answers to k nines: `answer` from the right, `isRight` a step, all states with the start first, and after how many steps the
 * net no longer remembers the carry (null if it always does).
 */
export function answered(net, count) {
  const word = ninesWord(count);
  const { states, outputs } = net.run(word);
  const answer = Array.from(outputs);
  const isRight = answer.map((digit, step) => digit === (step === count ? 1 : 0));
  const all = [net.start(), ...states];
  const lost = all.slice(0, count + 1).findIndex((state) => !(carryMargin(net, state) > 0));
  return { word, answer, isRight, right: isRight.every(Boolean), states: all, lost: lost < 0 ? null : lost };
}

/** How far the net is on the side of the carry: if it read a 0 now, the lead of the answer 1 over all others. */
export function carryMargin(net, state) {
  const logits = net.logits(net.step(state, 0));
  const others = logits.filter((_, digit) => digit !== 1);
  return logits[1] - Math.max(...others);
}

/** The carry margins after 0, 1, … nines. */
export function carryMargins(net, most) {
  const margins = [];
  let state = net.start();
  for (let count = 0; count <= most; count += 1) {
    margins.push(carryMargin(net, state));
    state = net.step(state, NINE);
  }
  return margins;
}

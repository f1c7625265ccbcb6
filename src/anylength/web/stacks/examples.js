// What the page offers.

/** [name, what is typed] */
export const STACK_EXAMPLES = [
  ["( ) [ ] { }", "()[]{}"],
  ["one kind", "()"],
  ["four kinds", "()[]{}<>"],
  ["aⁿbⁿ", "a^n b^n"],
  ["aⁿbⁿcⁿ", "a^n b^n c^n"],
  ["a Turing machine: busy beaver of 3 states", "A0 -> 1RB, A1 -> 1RZ, B0 -> 1LB, B1 -> 0RC, C0 -> 1LC, C1 -> 1LA"],
  ["of 4 states", "1RB1LB_1LA0LC_1RZ1LD_1RD0RA"],
  ["of 5 states", "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"],
];

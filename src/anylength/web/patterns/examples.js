// What the page offers: patterns, and tasks by name whose machines the page carries.

/** [name, pattern, what the words are]; a name alone is that of a task. */
export const EXAMPLES = [
  ["contains abb", ".*abb.*", "words with abb somewhere"],
  ["(ab)*", "(ab)*", "ab again and again (Tomita 2)"],
  ["even a’s", "(b|ab*a)*", "words with an even number of a: parity"],
  ["no aaa", "(b|ab|aab)*(a|aa)?", "words without aaa (Tomita 4)"],
  ["even a’s, even b’s", "(aa|bb|(ab|ba)(aa|bb)*(ab|ba))*", "an even number of a and of b (Tomita 5)"],
  ["÷ 3", "(0|1(01*0)*1)*", "binary numbers that 3 divides"],
  ["a’s − b’s ÷ 3", "(ab|ba|(aa|b)(ba)*(bb|a))*", "3 divides the number of a minus the number of b (Tomita 6)"],
  ["a*b*a*b*", "a*b*a*b*", "up to two runs of a, each followed by a run of b (Tomita 7)"],
  ["third last is a", "[ab]*a[ab][ab]", "the third symbol from the end is a"],
  ["a table", "table: even a odd, even b even, odd a even, odd b odd; accept odd", "a machine of your own, as a table of transitions"],
  ["three cards", "s3-generators", "two ways to move three cards: which order are they in?"],
  ["count", "count", "the post's task: n in, n + 1 out, digit by digit from the right"],
  ["add", "add", "two numbers in, their sum out, digit by digit from the right"],
];

// Whole numbers as people write them: 12,000.

/**
 * A whole number with commas between groups of three digits. `toLocaleString("en")` writes the same, but its first call takes longer than
 * a chart.
 * @param {number} number
 * @returns {string}
 */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

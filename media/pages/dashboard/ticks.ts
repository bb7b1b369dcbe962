/** Numbers on a logarithmic axis from `min` to `max`: round ones, about as many as fit, however many decades they span. */
export function logarithmicTicks(min: number, max: number): number[] {
  const steps = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9], everyHalf];
  const enough = steps.map((digits) => multiples(digits, min, max)).find((ticks) => ticks.length >= 4);
  return enough ?? multiples(everyHalf, min, max);
}

/** 1, 1.5, 2 … 9.5 */
const everyHalf = Array.from({ length: 18 }, (_, i) => 1 + i / 2);

/** The products of digits and powers of ten in a range, in order. */
function multiples(digits: readonly number[], min: number, max: number): number[] {
  const found: number[] = [];
  for (let exponent = Math.floor(Math.log10(min)); exponent <= Math.log10(max); exponent++) {
    // By way of text, so that 3 · 10⁻¹ is 0.3.
    for (const digit of digits) found.push(Number(`${digit}e${exponent}`));
  }
  return found.filter((value) => value >= min && value <= max);
}

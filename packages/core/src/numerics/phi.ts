/**
 * The φ-functions of exponential integrators at real arguments.
 *
 *     φ₁(z) = (eᶻ − 1)/z,   φ₂(z) = (eᶻ − 1 − z)/z²,   φ₁(0) = 1,  φ₂(0) = ½
 *
 * φ₁ has all its digits from expm1; φ₂ cancels near zero and is summed there as Σ zⁿ/(n + 2)!.
 */

export const phi1 = (z: number): number => (z === 0 ? 1 : Math.expm1(z) / z);

export const phi2 = (z: number): number => {
  if (Math.abs(z) > 1) return (Math.expm1(z) - z) / (z * z);
  let sum = 0;
  for (let n = 17; n >= 0; n--) sum = inverseFactorial[n + 2]! + z * sum;
  return sum;
};

const inverseFactorial = Float64Array.from({ length: 20 }, (_, n) => {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return 1 / product;
});

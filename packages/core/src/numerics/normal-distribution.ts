/** Φ(x), the standard normal distribution function, to about 1e-15: erfc by its continued fraction in the tails and its series in between. */

const root2Pi = Math.sqrt(2 * Math.PI);
const density = (x: number): number => Math.exp(-0.5 * x * x) / root2Pi;

/** Φ(x) − ½ = φ(x) Σ_k x^{2k+1}/(2k+1)!! for moderate x. */
const centre = (x: number): number => {
  let [term, sum] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return density(x) * sum;
};

/** 1 − Φ(x) = φ(x)/(x + 1/(x + 2/(x + …))), x > 3. */
const tail = (x: number): number => {
  let fraction = x;
  for (let k = 120; k > 0; k--) fraction = x + k / fraction;
  return density(x) / fraction;
};

export const normalDistribution = (x: number): number => {
  if (x > 3) return 1 - tail(x);
  return x < -3 ? tail(-x) : 0.5 + centre(x);
};

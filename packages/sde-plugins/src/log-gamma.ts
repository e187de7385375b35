/**
 * log Γ(z) for z > 0: Stirling's series at z ≥ 12, reached from below by Γ(z) = Γ(z + 1)/z. Good to 1e-14 relative to max(1, |log Γ|).
 */
export const logGamma = (z: number): number => {
  let shift = 1;
  let x = z;
  for (; x < 12; x++) shift *= x;
  const w = 1 / (x * x);
  const series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - (w * 5) / 5940)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - Math.log(shift);
};

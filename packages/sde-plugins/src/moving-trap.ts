/**
 * A trap that goes round in the plane:  b(t) = R (cos πωt, sin πωt),  so one turn takes 2/ω.
 */
export interface MovingTrap {
  /** b(t), written to out[0], out[1]. */
  position(t: number, out: Float64Array): void;
  /** b′(t) */
  velocity(t: number, out: Float64Array): void;
}

export const movingTrap = (radius: number, omega: number): MovingTrap => {
  const turn = Math.PI * omega;
  return {
    position(t, out) {
      out[0] = radius * Math.cos(turn * t);
      out[1] = radius * Math.sin(turn * t);
    },
    velocity(t, out) {
      out[0] = -radius * turn * Math.sin(turn * t);
      out[1] = radius * turn * Math.cos(turn * t);
    },
  };
};

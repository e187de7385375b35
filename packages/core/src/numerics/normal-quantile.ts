/**
 * The standard normal quantile Φ⁻¹(p), p in (0, 1): Wichura's rational approximations (1988, Applied Statistics algorithm AS 241, PPND16), relative error about
 * 1e-16. One uniform gives one normal, monotonically, with no rejection: what a counter-based draw needs.
 */

/** |p − ½| up to which the central approximation holds. */
export const centreReach = 0.425;

/** Φ⁻¹(p); p must lie inside (0, 1), not checked. */
export const normalQuantile = (p: number): number => {
  const q = p - 0.5;
  return q >= -centreReach && q <= centreReach ? centreQuantile(q) : tailQuantile(p);
};

/** Φ⁻¹(½ + q) for |q| ≤ 0.425, six draws in seven. */
export const centreQuantile = (q: number): number => q * centre(0.180625 - q * q);

/** Φ⁻¹(p) beyond. */
export const tailQuantile = (p: number): number => {
  const r = Math.sqrt(-Math.log(p < 0.5 ? p : 1 - p));
  const x = r <= 5 ? shoulder(r - 1.6) : tail(r - 5);
  return p < 0.5 ? -x : x;
};

const centre = (r: number): number =>
  (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
    13731.69376550946) *
    r +
    1971.5909503065513) *
    r +
    133.14166789178438) *
    r +
    3.3871328727963665) /
  (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
    5394.196021424751) *
    r +
    687.1870074920579) *
    r +
    42.31333070160091) *
    r +
    1);

const shoulder = (r: number): number =>
  (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
    3.647848324763204) *
    r +
    5.769497221460691) *
    r +
    4.630337846156546) *
    r +
    1.4234371107496837) /
  (((((((1.0507500716444169e-9 * r + 0.0005475938084995344) * r + 0.015198666563616457) * r + 0.14810397642748008) * r +
    0.6897673349851) *
    r +
    1.6763848301838038) *
    r +
    2.053191626637759) *
    r +
    1);

const tail = (r: number): number =>
  (((((((2.0103343992922881e-7 * r + 0.000027115555687434876) * r + 0.0012426609473880784) * r + 0.026532189526576124) *
    r +
    0.29656057182850487) *
    r +
    1.7848265399172913) *
    r +
    5.463784911164114) *
    r +
    6.657904643501104) /
  (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 0.000018463183175100548) * r +
    0.0007868691311456133) *
    r +
    0.014875361290850615) *
    r +
    0.1369298809227358) *
    r +
    0.599832206555888) *
    r +
    1);

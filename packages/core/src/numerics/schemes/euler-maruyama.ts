/**
 * Euler–Maruyama:   y⁺ = y + h v(y, t) + √|h| G(y, t) ξ.
 *
 * Weak order 1; strong order 1 for noise that does not depend on the state, ½ otherwise. One evaluation a step. (Kloeden & Platen 1992, §10.2)
 */
import type { Scheme } from './scheme.js';

export const eulerMaruyama: Scheme = {
  noise: 'any',
  columns: (_d, m) => m,
  create: (d) =>
    function* ({ y, t, h, out }, noise) {
      yield { y, t, out };
      const [from, to] = [y.data, out.data];
      for (let i = 0, k = 0; i < y.n; i++) {
        const step = h[i]!;
        for (let j = 0; j < d; j++, k++) to[k] = from[k]! + step * to[k]!;
      }
      noise.add(0, [1], out);
    },
};

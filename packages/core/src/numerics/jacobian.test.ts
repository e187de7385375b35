import { describe, expect, test } from 'vitest';
import type { Batch, JacobianField } from '../contracts/index.js';
import '../testing/vitest.js';
import {
  constantJacobian,
  denseJacobian,
  diagonalJacobian,
  finiteDifferenceJacobian,
  jacobianLength,
  jacobianTrace,
  jacobianVector,
  scalarJacobian,
} from './jacobian.js';

const y: Batch = { data: Float64Array.of(0.7, -0.3, 5, 40), n: 2, d: 2 };
const t = Float64Array.of(0.1, 0.2);
const entriesOf = (field: JacobianField): Float64Array => {
  const out = new Float64Array(y.n * jacobianLength(field, y.d)).fill(7);
  field.entries(y, t, out);
  return out;
};

const fields = {
  scalar: {
    field: scalarJacobian((time) => -time),
    dense: [
      [-0.1, 0, 0, -0.1],
      [-0.2, 0, 0, -0.2],
    ],
  },
  diagonal: {
    field: diagonalJacobian((state, at, time, out, outAt) => {
      out[outAt] = state[at]! * time;
      out[outAt + 1] = state[at + 1]!;
    }),
    dense: [
      [0.07, 0, 0, -0.3],
      [1, 0, 0, 40],
    ],
  },
  dense: {
    field: denseJacobian(2, (state, at, time, out, outAt) => {
      out.set([state[at]!, 1, 0, time], outAt);
    }),
    dense: [
      [0.7, 1, 0, 0.1],
      [5, 1, 0, 0.2],
    ],
  },
  constant: {
    field: constantJacobian([
      [1, 2],
      [3, 4],
    ]),
    dense: [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
  },
};

describe.each(Object.entries(fields))('%s Jacobian', (_name, { field, dense }) => {
  const w: Batch = { data: Float64Array.of(1, 2, -3, 0.5), n: 2, d: 2 };

  test('product and trace equal those of the dense matrix', () => {
    const entries = entriesOf(field);
    const out: Batch = { data: new Float64Array(4), n: 2, d: 2 };
    jacobianVector(field, 2, entries, w, out);
    const expected = dense.map((J, i) => [
      J[0]! * w.data[2 * i]! + J[1]! * w.data[2 * i + 1]!,
      J[2]! * w.data[2 * i]! + J[3]! * w.data[2 * i + 1]!,
    ]);
    expect(out.data).toBeAllClose(expected, { rtol: 1e-15 });
    const trace = new Float64Array(2);
    jacobianTrace(field, 2, entries, 2, trace);
    expect(trace).toBeAllClose(
      dense.map((J) => J[0]! + J[3]!),
      { rtol: 1e-15 },
    );
  });
});

test('differences reproduce a smooth drift’s Jacobian', () => {
  const field = finiteDifferenceJacobian({
    dim: 2,
    drift: (states, times, out) => {
      for (let i = 0; i < states.n; i++) {
        const [x, v] = [states.data[2 * i]!, states.data[2 * i + 1]!];
        out.data[2 * i] = Math.sin(x) * v + times[i]!;
        out.data[2 * i + 1] = -(x ** 3) + Math.tanh(v);
      }
    },
  });
  const exact = [0, 1].map((i) => {
    const [x, v] = [y.data[2 * i]!, y.data[2 * i + 1]!];
    return [Math.cos(x) * v, Math.sin(x), -3 * x * x, 1 - Math.tanh(v) ** 2];
  });
  // h⁴/30 of the fifth derivative at h ≈ 2⁻⁷ (x = 5) is 5e-9; elsewhere rounding, 1e-12 of the drift's size
  expect(entriesOf(field)).toBeAllClose(exact, { atol: 2e-8 });
  expect([...entriesOf(field).subarray(0, 4)]).toBeAllClose(exact[0]!, { atol: 1e-11 });
});

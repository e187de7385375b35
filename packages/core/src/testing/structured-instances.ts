/**
 * Random processes of every structure beside the same process in full, for the tests that hold each structure to the dense path.
 */
import { type ActionForm, type Diffusion, type JacobianField, type Key, type Sde, zeros } from '../contracts/index.js';
import {
  actionJacobian,
  blockJacobian,
  jacobianLength,
  kroneckerJacobian,
  lowRankJacobian,
  scalarJacobian,
} from '../numerics/jacobian.js';
import {
  denseNoise,
  diagonalNoise,
  entriesLength,
  fillDenseG,
  kroneckerNoise,
  lowRankNoise,
  scalarNoise,
} from '../numerics/noise.js';
import { fillNormal } from '../numerics/random.js';
import { matrixSpread } from '../structures/operators.js';
import { orthonormalise } from '../structures/range.js';
import { matrixOperators } from '../structures/table.js';

const normals = (key: Key, n: number): Float64Array => {
  const out = new Float64Array(n);
  fillNormal(key, 0, 1, n, out);
  return out;
};

/** r orthonormal vectors of R^d, [r, d]. */
export const randomBasis = (key: Key, r: number, d: number): Float64Array => {
  const vectors = Array.from({ length: r }, (_, c) => normals(key.at('vector', c), d));
  return Float64Array.from(orthonormalise(vectors).flatMap((vector) => [...vector]));
};

/** The entries depend on the state through its first coordinate, so that rows differ. */
const varying =
  (base: Float64Array) =>
  (y: Float64Array, at: number, _t: number, out: Float64Array, outAt: number): void => {
    for (let k = 0; k < base.length; k++) out[outAt + k] = base[k]! * (1 + 0.1 * Math.tanh(y[at]!));
  };

const timed = (diffusion: Diffusion): Diffusion => ({
  ...diffusion,
  dependsOn: 'time',
  entries(t, out, y, offset) {
    diffusion.entries(t, out, y, offset);
    for (let k = 0; k < out.length; k++) out[k]! *= 1 + t;
  },
});

/** A nonlinear drift whose Jacobian is whatever is said: linearisation reads f and J apart. */
const withJacobian = (d: number, jacobian: JacobianField, diffusion: Diffusion): Sde => ({
  dim: d,
  span: { t0: 0, T: 4 },
  cutoff: { train: 1e-3, sample: 1e-3 },
  drift(y, _t, out) {
    for (let k = 0; k < y.n * d; k++) out.data[k] = Math.sin(3 * y.data[k]! + (k % d));
  },
  driftTime(y, _t, out) {
    for (let k = 0; k < y.n * d; k++) out.data[k] = Math.cos(y.data[k]! - (k % d));
  },
  jacobian,
  diffusion,
});

/** The same with J and G written out. */
export const inFull = (sde: Sde): Sde => {
  const { dim: d, diffusion } = sde;
  const field = sde.jacobian as JacobianField;
  const m = diffusion.noiseDim;
  const spread = matrixSpread(matrixOperators(field, d), d);
  const length = jacobianLength(field, d);
  const entries = new Float64Array(entriesLength(diffusion));
  return {
    ...sde,
    jacobian: {
      structure: 'dense',
      entries(y, t, out) {
        const own = new Float64Array(y.n * length);
        field.entries(y, t, own);
        for (let i = 0; i < y.n; i++) spread(own, i * length, out, i * d * d);
      },
    },
    diffusion: denseNoise(
      d,
      m,
      (t, out) => {
        diffusion.entries(t, entries);
        fillDenseG(diffusion, entries, out);
      },
      diffusion.dependsOn,
    ),
  };
};

/** J = A (1 + 0.1 tanh y₁) with only its products told. */
const actionOf = (d: number, A: Float64Array, told: Pick<ActionForm, 'symmetric'>): JacobianField => {
  const product =
    (entry: (i: number, j: number) => number): ActionForm['times'] =>
    (y, _t, w, out) => {
      for (let i = 0; i < y.n; i++) {
        const factor = 1 + 0.1 * Math.tanh(y.data[i * d]!);
        for (let a = 0; a < d; a++) {
          let sum = 0;
          for (let b = 0; b < d; b++) sum += entry(a, b) * w.data[i * d + b]!;
          out.data[i * d + a] = factor * sum;
        }
      }
    };
  return actionJacobian({
    times: product((i, j) => A[i * d + j]!),
    ...(told.symmetric === true ? told : { transposed: product((i, j) => A[j * d + i]!) }),
  });
};

/** Random processes by name, all of dimension 6. `size` is about ‖J‖. */
export const structuredProcesses = (key: Key, size: number): Record<string, Sde> => {
  const d = 6;
  const scaled = (name: string, n: number): Float64Array => normals(key.at(name), n).map((x) => size * x);
  const basis = randomBasis(key.at('basis'), 2, d);
  const lowRankEntries = scaled('low-rank', 5);
  const shared = lowRankJacobian(d, { rank: 2, basis }, varying(lowRankEntries));
  const own = lowRankJacobian(d, { rank: 2 }, (y, at, t, out, outAt) => {
    varying(lowRankEntries)(y, at, t, out, outAt);
    out.set(randomBasis(key.at('basis', Math.round(1000 * Math.abs(y[at]!))), 2, d), outAt + 5);
  });
  const kronecker = kroneckerJacobian(d, 2, varying(scaled('kronecker', 4)));
  const blocks = blockJacobian(d, 2, varying(scaled('blocks', 12)));
  const symmetric = scaled('symmetric', d * d).map(
    (_, k, all) => 0.5 * (all[k]! + all[(k % d) * d + Math.floor(k / d)]!),
  );
  const scalarG = scalarNoise(d, 0.8);
  const lowRankG = lowRankNoise(d, { rank: 2, basis }, (_t, out) => out.set([0.7, 1, 0.2, -0.3, 0.6]));
  const once = kroneckerNoise(d, [[0], [0.9]]);
  return {
    'low rank, scalar noise': withJacobian(d, shared, scalarG),
    'low rank, scalar noise in time': withJacobian(d, shared, timed(scalarG)),
    'low rank, noise of low rank': withJacobian(d, shared, lowRankG),
    'low rank, noise of low rank in time': withJacobian(d, shared, timed(lowRankG)),
    'scalar, noise of low rank': withJacobian(
      d,
      scalarJacobian(() => -size),
      lowRankG,
    ),
    'low rank with its own basis': withJacobian(d, own, scalarG),
    'kronecker, scalar noise': withJacobian(d, kronecker, scalarG),
    'kronecker, kronecker noise': withJacobian(
      d,
      kronecker,
      kroneckerNoise(d, [
        [0.5, 0],
        [0.3, 0.9],
      ]),
    ),
    'kronecker, degenerate noise': withJacobian(d, kronecker, once),
    'kronecker, degenerate noise in time': withJacobian(d, kronecker, timed(once)),
    'scalar, kronecker noise': withJacobian(
      d,
      scalarJacobian(() => -size),
      kroneckerNoise(d, [
        [0.5, 0],
        [0.3, 0.9],
      ]),
    ),
    'blocks, scalar noise': withJacobian(d, blocks, scalarG),
    'blocks, degenerate noise': withJacobian(d, blocks, once),
    'blocks, degenerate noise in time': withJacobian(d, blocks, timed(once)),
    'symmetric action': withJacobian(d, actionOf(d, symmetric, { symmetric: true }), scalarG),
    'symmetric action, noise in time': withJacobian(d, actionOf(d, symmetric, { symmetric: true }), timed(scalarG)),
    'structures that do not meet': withJacobian(d, kronecker, lowRankG),
  };
};

/** Actions whose covariance is that of small lags. */
export const smallLagProcesses = (key: Key, size: number): Record<string, Sde> => {
  const d = 6;
  const A = normals(key.at('action'), d * d).map((x) => (size * x) / Math.sqrt(d));
  const g = Array.from({ length: d }, (_, j) => 0.4 + 0.1 * j);
  return {
    'action, scalar noise': withJacobian(d, actionOf(d, A, {}), scalarNoise(d, 0.8)),
    'action, diagonal noise': withJacobian(d, actionOf(d, A, {}), diagonalNoise(d, g)),
  };
};

/** Normal states. */
export const statesOf = (key: Key, n: number, d: number) => {
  const y = zeros(n, d);
  fillNormal(key, 0, n, d, y.data);
  return y;
};

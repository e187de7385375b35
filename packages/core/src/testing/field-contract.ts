/**
 * What every field of a process owes, drift and declared capabilities alike: finite numbers in every entry, inputs left alone, a pure function of (y, t), rows that know
 * nothing of each other.
 */
import type { Batch, VectorField } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { assertAllClose } from './close.js';
import { assertContract, type Check, type Measurement, worstOf } from './contract.js';
import { denseOf, largestDense } from './derivative-contract.js';
import { copyOf, type Probes, rowsOf } from './probes.js';

/** A function of the process as flat numbers, `width` a row. */
interface Field {
  readonly name: string;
  readonly width: number;
  evaluate(probes: Probes): Float64Array;
}

/** Filled with NaN, so that an entry left unwritten shows. */
const unwritten = (n: number, d: number): Batch => ({ data: new Float64Array(n * d).fill(Number.NaN), n, d });

const vectorOf = (name: string, width: number, field: VectorField): Field => ({
  name,
  width,
  evaluate({ y, t }) {
    const out = unwritten(y.n, width);
    field(y, t, out);
    return out.data;
  },
});
const scalarOf = (name: string, field: (y: Batch, t: Float64Array, out: Float64Array) => void): Field => ({
  name,
  width: 1,
  evaluate({ y, t }) {
    const out = new Float64Array(y.n).fill(Number.NaN);
    field(y, t, out);
    return out;
  },
});

const driftOf = (sde: Sde): Field => vectorOf('drift', sde.dim, (y, t, out) => sde.drift(y, t, out));

/** Every other field the process declares. */
const declaredOf = ({ dim, jacobian, divergence, driftTime, itoTerm, features, noiseDivergence }: Sde): Field[] => [
  ...(jacobian === undefined || dim > largestDense
    ? []
    : [{ name: 'jacobian', width: dim * dim, evaluate: (probes: Probes) => denseOf(jacobian, probes) }]),
  ...(divergence === undefined ? [] : [scalarOf('divergence', divergence)]),
  ...(driftTime === undefined ? [] : [vectorOf('driftTime', dim, driftTime)]),
  ...(itoTerm === undefined ? [] : [vectorOf('itoTerm', dim, itoTerm)]),
  ...(features === undefined ? [] : [vectorOf('features', features.dim, (y, t, out) => features.evaluate(y, t, out))]),
  ...(noiseDivergence === undefined
    ? []
    : [
        vectorOf('noiseDivergence', dim, (y, t, out) => noiseDivergence.divergence(y, t, out)),
        scalarOf('½ ∂∂:Q of noiseDivergence', (y, t, out) => noiseDivergence.halfHessianTrace(y, t, out)),
      ]),
];

const checkWritten = ({ name, width, evaluate }: Field, { y, t }: Probes): void => {
  const [yBefore, tBefore] = [copyOf(y), t.slice()];
  const out = evaluate({ y, t });
  const bad = out.findIndex((value) => !Number.isFinite(value));
  assertContract(
    bad < 0,
    `${name} entry ${bad % width} of row ${Math.floor(bad / width)} is ${out[bad]}`,
    'a finite number in every entry',
  );
  assertAllClose(`y before and after ${name}`, y.data, yBefore.data);
  assertAllClose(`t before and after ${name}`, t, tBefore);
};

/** `twin`: the same field of a second process with the same parameters. */
const checkPure = ({ name, evaluate }: Field, twin: Field, probes: Probes): Measurement => {
  const first = evaluate(probes);
  evaluate({ y: rowsOf(probes.y, [1, 0]), t: probes.t.slice(0, 2) });
  return worstOf([
    assertAllClose(`two calls of ${name}`, evaluate(probes), first),
    assertAllClose(`${name} of two processes`, twin.evaluate(probes), first),
  ]);
};

const checkRows = ({ name, width, evaluate }: Field, { y, t }: Probes): Measurement => {
  const whole = evaluate({ y, t });
  return worstOf(
    Array.from({ length: y.n }, (_, i) => {
      const alone = evaluate({ y: rowsOf(y, [i]), t: t.slice(i, i + 1) });
      return assertAllClose(
        `row ${i} of ${name} in the batch and alone`,
        whole.slice(i * width, (i + 1) * width),
        alone,
      );
    }),
  );
};

export const fieldCases = (make: () => Sde, probes: Probes): readonly Check[] => {
  const [sde, twin] = [make(), make()];
  const drift = driftOf(sde);
  const twins = declaredOf(twin);
  return [
    { name: 'drift: writes every entry, leaves y and t alone', run: () => checkWritten(drift, probes) },
    {
      name: 'drift: a pure function, the same from a second process with the same parameters',
      run: () => checkPure(drift, driftOf(twin), probes),
    },
    { name: 'drift: row i is the same in any batch', run: () => checkRows(drift, probes) },
    ...declaredOf(sde).map((field, k) => ({
      name: `${field.name}: written whole, a pure function, row by row`,
      run() {
        checkWritten(field, probes);
        return worstOf([checkPure(field, twins[k]!, probes), checkRows(field, probes)]);
      },
    })),
  ];
};

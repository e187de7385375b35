/**
 * A process from a model and the values of its parameters: numbers are put in before anything is differentiated or compiled, so that what they make vanish costs nothing.
 *
 * Every capability that symbols give is the process's own: J in its structure, ∇·f, ∂f/∂t, ½ Q:∇²f, ∇·Q for state-dependent noise, the coordinates that noise reaches, and for
 * an affine autonomous drift under constant noise the exact transition.
 */
import { fail, fillDenseG, type GaussianTransition, matrixOperators, type Sde, zeros } from '@fokker/core';
import { affineProcess } from './affine.js';
import { Algebra } from './algebra.js';
import { type Equations, equationsOf } from './equations.js';
import { eulerPassOf } from './euler-pass.js';
import { divergenceField, driftField, driftTimeField, isAffine, itoField, noiseDivergenceField } from './fields.js';
import { jacobianField } from './jacobian.js';
import type { Layout } from './layout.js';
import { type Gradients, gradientsOf } from './loops.js';
import { checkCounts, declaredStates, formulaTexts, type Model, mostEntries, type Values } from './model.js';
import type { Node } from './node.js';
import { diffusionOf, noiseRangeOf } from './noise.js';

/** Operations of one drift. */
const mostWork = 1e8;
/** An exact transition costs d³. */
const largestExact = 64;

/** The equations with numbers for parameters, or with `open` ones left as symbols (their values then only give sizes). */
export const equationsWith = (model: Model, values: Values, { open = false } = {}): Equations => {
  const algebra = new Algebra();
  const declared = declaredStates(model);
  checkCounts(model, declared);
  const parameterOf = (name: string): Node => (open ? algebra.symbol(name) : algebra.number(values[name]!));
  let base = 0;
  const states = declared.map(({ name, size: label }) => {
    const written = label !== undefined && /^\d/.test(label);
    const size = label === undefined ? 1 : written ? Number(label) : sizeOf(model, label, values);
    const count = label === undefined || written ? algebra.number(size) : parameterOf(label);
    base += size;
    if (!(size >= 1 && base <= mostEntries)) refuseSize(name, size);
    return { name, size, count, vector: label !== undefined, base: base - size };
  });
  const layout: Layout = { states, dim: base, boundary: model.boundary };
  const names = Object.keys(model.parameters);
  const scope = {
    algebra,
    states,
    parameters: new Map(names.map((name) => [name, parameterOf(name)])),
    whole: new Map(names.flatMap((name) => (Number.isInteger(values[name]) ? [[name, values[name]!]] : []))),
  };
  const equations = equationsOf(formulaTexts(model), layout, scope);
  checkWork(equations);
  return equations;
};

const sizeOf = (model: Model, name: string, values: Values): number => {
  if (Object.hasOwn(model.parameters, name)) return values[name]!;
  return fail('E_FORMULA', {
    summary: `the size '${name}' of a vector is no parameter`,
    got: name,
    expected: `a whole number, or one of ${Object.keys(model.parameters).join(', ') || 'the parameters (there are none)'}`,
    tryThis: [`parameters: { ${name}: 10 }`],
    option: ['state'],
  });
};

const refuseSize = (name: string, size: number): never =>
  fail('E_FORMULA', {
    summary: `the vector '${name}' cannot have this size`,
    got: `${size} entries`,
    expected: `a whole number from 1, and at most ${mostEntries} entries in all states`,
    tryThis: ['a smaller system'],
    option: ['state'],
  });

const checkWork = ({ layout, drift }: Equations): void => {
  const known = new Map<Node, number>();
  const costOf = (node: Node): number => {
    const before = known.get(node);
    if (before !== undefined) return before;
    let cost = 1;
    if (node.kind === 'call') for (const arg of node.args) cost += costOf(arg);
    if (node.kind === 'sum') cost += node.range.size * costOf(node.body);
    known.set(node, cost);
    return cost;
  };
  const work = drift.reduce((sum, f, a) => sum + layout.states[a]!.size * costOf(f), 0);
  if (work <= mostWork) return;
  fail('E_FORMULA', {
    summary: 'one value of the drift takes too long',
    got: `about ${work.toPrecision(2)} operations a state`,
    expected: `at most ${mostWork.toPrecision(1)}`,
    tryThis: [
      'smaller vectors',
      'sums over neighbours (x[i + 1]) instead of over all',
      'a sum that does not read i, which is computed once',
    ],
    option: ['drift'],
  });
};

/** E_FORMULA; E_NOT_FINITE for constant noise that is no number. */
export const processOf = (model: Model, values: Values & { readonly horizon: number }): Sde => {
  const equations = equationsWith(model, values);
  const { drift, layout } = equations;
  const { start: t0 } = model;
  const { horizon } = values;
  const gradients = gradientsOf(equations, drift);
  const affine = isAffine(gradients);
  const range = noiseRangeOf(equations);
  const sde: Sde = {
    dim: layout.dim,
    span: { t0, T: t0 + horizon },
    cutoff: model.cutoff ?? { train: t0 + 1e-4 * horizon, sample: t0 + 1e-3 * horizon },
    affine,
    drift: driftField(equations),
    diffusion: diffusionOf(equations),
    jacobian: jacobianField(equations, gradients),
    divergence: divergenceField(equations, gradients),
    driftTime: driftTimeField(equations),
    itoTerm: itoField(equations, gradients),
    ...(range !== undefined && { noiseRange: range }),
  };
  const noiseDivergence = sde.diffusion.dependsOn === 'state' ? noiseDivergenceField(equations) : undefined;
  const transition = affine ? transitionOf(sde, equations, gradients) : undefined;
  return {
    ...sde,
    eulerPass: eulerPassOf(equations, sde),
    ...(noiseDivergence !== undefined && { noiseDivergence }),
    ...(transition !== undefined && { transition }),
  };
};

/** A = J, b = f(0) where neither reads the time and G is constant. */
const transitionOf = (sde: Sde, { drift }: Equations, gradients: Gradients): GaussianTransition | undefined => {
  const { dim: d, diffusion, jacobian } = sde;
  const timed = drift.some(({ readsTime }) => readsTime) || gradients.flat().some((term) => term.coefficient.readsTime);
  if (timed || diffusion.dependsOn !== 'none' || d > largestExact || jacobian === undefined) return undefined;
  const origin = zeros(1, d);
  const [t, b] = [new Float64Array(1), zeros(1, d)];
  sde.drift(origin, t, b);
  const J = matrixOperators(jacobian, d);
  const entries = new Float64Array(J.length);
  jacobian.entries(origin, t, entries);
  const [unit, column] = [new Float64Array(d), new Float64Array(d)];
  const A = Array.from({ length: d }, () => new Array<number>(d).fill(0));
  for (let j = 0; j < d; j++) {
    unit.fill(0)[j] = 1;
    J.times(entries, 0, unit, 0, column, 0);
    for (let i = 0; i < d; i++) A[i]![j] = column[i]!;
  }
  if (![...b.data, ...A.flat()].every(Number.isFinite)) return undefined;
  const noise = new Float64Array(diffusion.structure === 'dense' ? d * diffusion.noiseDim : d);
  diffusion.entries(0, noise);
  const G = new Float64Array(d * diffusion.noiseDim);
  fillDenseG(diffusion, noise, G);
  const rows = Array.from({ length: d }, (_, i) => [
    ...G.subarray(i * diffusion.noiseDim, (i + 1) * diffusion.noiseDim),
  ]);
  return affineProcess(A, [...b.data], rows);
};

/**
 * The equations of a process as expressions, in Itô's sense.
 *
 *     dY = f(Y, t) dt + G(Y, t) dW        G: one strength (g I), one a state (diagonal), or a row a state with a column a noise (dense)
 *     Stratonovich   f_p + ½ Σ_k Σ_q G_qk ∂G_pk/∂y_q                                                     (Kloeden & Platen 1992, §4.9)
 *
 * A diagonal of scalar states in which some have no noise is written with columns for the others alone. E_FORMULA for what cannot be read; for Stratonovich noise of a
 * vector whose entries read each other.
 */
import type { Algebra } from './algebra.js';
import { Calculus } from './derivative.js';
import { type Layout, ownPlace } from './layout.js';
import { isZero, type Node, samePlace } from './node.js';
import { parseFormula, type Scope } from './parse.js';
import { refuse, type Source } from './refusal.js';

/** Texts by state, or one for all. */
export type DiffusionText = string | readonly (string | readonly string[])[];
export interface EquationTexts {
  readonly drift: readonly string[];
  readonly diffusion: DiffusionText;
  readonly convention: 'ito' | 'stratonovich';
}

/** G: [state][column], entry i of a vector's row read with i its index. One column for scalar and diagonal. */
export interface NoiseNodes {
  readonly structure: 'scalar' | 'diagonal' | 'dense';
  readonly rows: readonly (readonly Node[])[];
}
export interface Equations {
  readonly algebra: Algebra;
  readonly calculus: Calculus;
  readonly layout: Layout;
  /** A node a state. */
  readonly drift: readonly Node[];
  readonly noise: NoiseNodes;
}

export const equationsOf = (texts: EquationTexts, layout: Layout, scope: Scope): Equations => {
  const calculus = new Calculus(scope.algebra);
  const sources = texts.drift.map((text, a) => sourceOf(text, 'drift', layout.states[a]!.name, [a]));
  const drift = sources.map((source, a) => parseFormula(source, scope, layout.states[a]));
  const noise = noiseOf(texts.diffusion, layout, scope);
  const common = { algebra: scope.algebra, calculus, layout, noise };
  if (texts.convention === 'ito') return { ...common, drift };
  return { ...common, drift: drift.map((f, a) => scope.algebra.add(f, correction(common, a, texts.diffusion))) };
};

const sourceOf = (text: string, key: 'drift' | 'diffusion', state: string, path: readonly number[]): Source => ({
  text,
  what: key === 'drift' ? `the drift of ${state}` : `the noise of ${state}`,
  option: [key, ...path],
});

const noiseOf = (texts: DiffusionText, layout: Layout, scope: Scope): NoiseNodes => {
  const { states } = layout;
  if (typeof texts === 'string') {
    const g = parseFormula({ text: texts, what: 'the noise', option: ['diffusion'] }, scope);
    return { structure: 'scalar', rows: states.map(() => [g]) };
  }
  const rows = texts.map((row, a) => {
    const state = states[a]!;
    if (typeof row === 'string') return [parseFormula(sourceOf(row, 'diffusion', state.name, [a]), scope, state)];
    return row.map((text, k) => parseFormula(sourceOf(text, 'diffusion', state.name, [a, k]), scope, state));
  });
  if (texts.some((row) => typeof row !== 'string')) return { structure: 'dense', rows };
  return withoutIdle({ structure: 'diagonal', rows }, layout, scope.algebra);
};

/** A diagonal of scalars with idle entries as a matrix: its columns are the noises there are. */
const withoutIdle = (noise: NoiseNodes, { states }: Layout, algebra: Algebra): NoiseNodes => {
  const noisy = states.flatMap((_, a) => (isZero(noise.rows[a]![0]!) ? [] : [a]));
  if (states.some(({ vector }) => vector) || noisy.length === states.length || noisy.length === 0) return noise;
  const zero = algebra.number(0);
  return { structure: 'dense', rows: states.map((_, a) => noisy.map((b) => (a === b ? noise.rows[a]![0]! : zero))) };
};

/** ½ Σ_k Σ_q G_qk ∂G_pk/∂y_q for p the entry that the equation of state a is about. */
const correction = (
  { algebra, calculus, layout, noise }: Omit<Equations, 'drift'>,
  a: number,
  texts: DiffusionText,
): Node => {
  const { states } = layout;
  let sum = algebra.number(0);
  noise.rows[a]!.forEach((g, k) => {
    for (const { loops, entry, coefficient } of calculus.gradient(g)) {
      const other = noise.structure !== 'dense' && entry.state !== a;
      if (other) continue; // noise of its own moves this entry
      const own = loops.length === 0 && samePlace(entry.place, ownPlace(states[entry.state]!));
      if (!own) refuseFarNoise(texts, states[a]!.name, a, k);
      sum = algebra.add(sum, algebra.mul(coefficient, noise.rows[entry.state]![k]!));
    }
  });
  return algebra.mul(algebra.number(0.5), sum);
};

const refuseFarNoise = (texts: DiffusionText, name: string, a: number, k: number): never => {
  const row = typeof texts === 'string' ? texts : texts[a]!;
  const text = typeof row === 'string' ? row : row[k]!;
  return refuse(sourceOf(text, 'diffusion', name, typeof row === 'string' ? [a] : [a, k]), 0, {
    summary: 'Stratonovich noise that reads other entries of a vector is not converted',
    expected: `noise of ${name} that reads ${name}[i] and scalars alone`,
    tryThis: ['convention: ito, with the correction ½ Σ (∂G_k) G_k written into the drift'],
  });
};

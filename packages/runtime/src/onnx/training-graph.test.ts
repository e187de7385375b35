/** The optimiser inside the graph against the one on the host: the formulas are one, the arithmetic is float32 here and float64 there. */
import type { OptimiserSpec } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { openDevice } from '../devices.js';
import { initialState } from '../state.js';
import { batchOf, params, stepWith } from '../testing/network.js';
import { adam, plain, sgd } from '../testing/optimisers.js';

const trainOn = async (id: string, spec: OptimiserSpec, steps: number) => {
  const device = await openDevice(id);
  const program = await device.compile(stepWith(spec), initialState(params(), spec));
  const reports = await program.run(Array.from({ length: steps }, (_, k) => batchOf(64, k)));
  const state = await program.state();
  device.dispose();
  return { reports, state };
};

const expectClose = (a: Float32Array, b: Float32Array, within: number): void => {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => {
    expect(Math.abs(value - b[i]!)).toBeLessThan(within);
  });
};

describe('the optimiser in the graph agrees with the one on the host', () => {
  test.each([
    ['adam', adam],
    ['adam without clipping, with another average', { ...adam, clip: Number.POSITIVE_INFINITY, ema: 0.5 }],
    ['sgd with momentum', sgd],
    ['sgd with cosine decay', { ...plain, decay: 'cosine' }],
  ] as [string, OptimiserSpec][])('%s', async (_, spec) => {
    const [compiled, eager] = [await trainOn('onnx', spec, 30), await trainOn('cpu', spec, 30)];
    // a gradient of size 1e-6 has a sign that round-off decides; Adam makes a step of it: 30 steps of 0.02 · 1e-4
    const within = 6e-5;
    expectClose(compiled.state.params, eager.state.params, within);
    expectClose(compiled.state.ema, eager.state.ema, within);
    for (const [name, slot] of Object.entries(compiled.state.slots))
      expectClose(slot, eager.state.slots[name]!, within);
    compiled.reports.forEach((report, k) => {
      const other = eager.reports[k]!;
      expect(report).toMatchObject({ step: other.step, finite: true, learningRate: other.learningRate });
      expect(report.loss).toBeCloseTo(other.loss, 4);
      expect(report.gradientNorm).toBeCloseTo(other.gradientNorm, 4);
      expectClose(report.perSample, other.perSample, 1e-4);
    });
  });
});

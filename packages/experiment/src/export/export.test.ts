/** Exported files against the score of the run: in ONNX Runtime here, and in Python's where that is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, fail, featuresOf, type ScoreField, zeros } from '@fokker/core';
import { runContract, scoreFieldContract } from '@fokker/core/testing';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { readSafetensors } from '../formats/safetensors.js';
import type { Run } from '../run/run.js';
import { openScore, trainedNetwork } from '../run/score.js';
import { train } from '../training/train.js';
import { exportRun } from './export-run.js';

const linear = { process: { id: 'vp', dim: 16 }, objective: { id: 'dsm' } };
const runs: Readonly<Record<string, object>> = {
  'a perceptron': { ...linear, model: { id: 'mlp', width: 8, depth: 2 } },
  'an energy network': { ...linear, model: { id: 'energy', width: 8, depth: 2 } },
  'a convolutional network': { ...linear, model: { id: 'unet', size: 4, channels: 4 } },
  'an energy network, noise in one coordinate of two': {
    process: { id: 'active-swimmer', horizon: 1 },
    objective: { id: 'local-dsm', bank: { paths: 64 } },
    schedule: { id: 'constant', lag: 0.2 },
    model: { id: 'energy', width: 8, depth: 1 },
  },
  'a network with features, noise in one coordinate of two': {
    process: { id: 'active-swimmer', horizon: 1 },
    objective: { id: 'local-dsm', bank: { paths: 64 } },
    schedule: { id: 'constant', lag: 0.2 },
    model: { id: 'mlp', width: 8, depth: 1 },
  },
};
const training = {
  steps: 10,
  batch: 16,
  workers: 0,
  device: 'wasm',
  heldOut: 0,
  optimiser: { learningRate: 0.05, warmup: 1, ema: 0.5 },
};

let folder = '';
const hasPython = spawnSync('python3', ['-c', 'import onnxruntime, numpy, safetensors']).status === 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-export-'));
});

interface Case {
  readonly run: Run;
  readonly y: Batch;
  readonly t: Float64Array;
  readonly feeds: Readonly<Record<string, { readonly data: Float32Array; readonly shape: number[] }>>;
}
const n = 7;
const trainedCase = async (name: string): Promise<Case> => {
  const experiment = await openExperiment({ training, ...runs[name] });
  const run = await train(experiment, { out: join(folder, name.replaceAll(/\W/g, '-')) });
  const { sde } = experiment;
  const y = {
    data: Float64Array.from({ length: n * sde.dim }, (_, i) => Math.fround(Math.sin(12.9898 * i))),
    n,
    d: sde.dim,
  };
  const { t0, T } = sde.span;
  const first = sde.cutoff.sample;
  const t = Float64Array.from({ length: n }, (_, i) => Math.fround(first + ((T - t0 - first) * i) / (n - 1)));
  const feeds = {
    y: { data: Float32Array.from(y.data), shape: [n, sde.dim] },
    t: { data: Float32Array.from(t), shape: [n] },
  };
  const read = run.prepared.scales.features !== undefined && experiment.config.model.id === 'mlp';
  const field = read ? featuresOf(sde) : undefined;
  if (!field) return { run, y, t, feeds };
  const features = zeros(n, field.dim);
  field.evaluate(y, t, features);
  return {
    run,
    y,
    t,
    feeds: { ...feeds, features: { data: Float32Array.from(features.data), shape: [n, field.dim] } },
  };
};
const cases = new Map<string, Promise<Case>>();
const caseOf = (name: string): Promise<Case> => {
  const known = cases.get(name) ?? trainedCase(name);
  cases.set(name, known);
  return known;
};
const scoreOf = async ({ run, y, t }: Case): Promise<Float64Array> => {
  const { field, close } = await openScore(run, { device: 'cpu' });
  const score = zeros(y.n, y.d);
  await field.evaluate(y, t, { score });
  close();
  return score.data;
};
/** Float32 of a scale read from a table, two layers and a derivative; sums of up to a hundred terms of order one. */
const tolerance = 2e-5;
const expectClose = (actual: ArrayLike<number>, expected: Float64Array): void => {
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(0.01);
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value) / largest, `element ${i}`).toBeLessThan(tolerance);
  });
};

/** An exported file as a field. */
const exportedField = ({ run }: Case, session: InferenceSession): ScoreField => ({
  provides: new Set(['score'] as const),
  async evaluate(y, t, { score }) {
    if (score === undefined) return noSuchOutput();
    const feeds: Record<string, Tensor> = {
      y: new Tensor(Float32Array.from(y.data), [y.n, y.d]),
      t: new Tensor(Float32Array.from(t), [y.n]),
    };
    if (session.inputNames.includes('features')) {
      const field = featuresOf(run.experiment.sde)!;
      const features = zeros(y.n, field.dim);
      field.evaluate(y, t, features);
      feeds.features = new Tensor(Float32Array.from(features.data), [y.n, field.dim]);
    }
    score.data.set((await session.run(feeds)).score!.data as Float32Array);
  },
});
const noSuchOutput = (): never =>
  fail('E_CAPABILITY', {
    summary: 'an exported file has the score alone',
    got: 'a request for something else',
    expected: "'score'",
    tryThis: ['the run itself'],
  });

const python = `
import json, sys
import numpy as np, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
given = json.load(open(sys.argv[2]))
feeds = {k: np.array(v["data"], np.float32).reshape(v["shape"]) for k, v in given.items()}
score, = session.run(["score"], feeds)
meta = session.get_modelmeta().custom_metadata_map
print(json.dumps({"score": score.ravel().tolist(), "metadata": meta, "shape": list(score.shape)}))
`;

describe.each(Object.keys(runs))('%s', (name) => {
  test.each(['onnx', 'onnx-wasm', 'exported'])('%s: keeps the contract of score fields', async (made) => {
    const given = await caseOf(name);
    const { sde } = given.run.experiment;
    const compiled = await openScore(given.run, { device: made === 'exported' ? 'onnx' : made });
    const session = await InferenceSession.create((await exportRun(given.run)).out);
    const exported = exportedField(given, session);
    const field = made === 'exported' ? exported : compiled.field;
    const results = await runContract(scoreFieldContract(() => field, { sde, precision: 'float32' }));
    expect(
      results.filter(({ outcome }) => outcome === 'failed').map(({ name: check, error }) => [check, error?.got]),
    ).toEqual([]);
    const [ours, theirs] = [zeros(n, given.y.d), zeros(n, given.y.d)];
    await compiled.field.evaluate(given.y, given.t, { score: ours });
    await exported.evaluate(given.y, given.t, { score: theirs });
    expectClose(theirs.data, ours.data);
    compiled.close();
    await session.release();
  });

  test('as ONNX gives the same score, here and in Python', async () => {
    const given = await caseOf(name);
    const expected = await scoreOf(given);
    const { out, arrays, metadata } = await exportRun(given.run);
    expect(out).toBe(join(given.run.directory, 'score.onnx'));
    expect(Object.keys(arrays)).toEqual([...Object.keys(given.feeds), 'score']);
    expect(metadata).toMatchObject({ horizon: '1', weights: 'moving average', step: '10' });
    expect(metadata.features !== undefined).toBe('features' in arrays);
    if (metadata.features !== undefined) expect(metadata.features).toContain('the drift f(y, t)');

    const session = await InferenceSession.create(out);
    const tensors = Object.entries(given.feeds).map(
      ([key, { data, shape }]) => [key, new Tensor(data, shape)] as const,
    );
    const results = await session.run(Object.fromEntries(tensors));
    expect(results.score!.dims).toEqual([n, given.y.d]);
    expectClose(results.score!.data as Float32Array, expected);
    await session.release();

    if (!hasPython) return;
    const file = join(folder, 'feeds.json');
    const plain = Object.entries(given.feeds).map(
      ([key, { data, shape }]) => [key, { data: [...data], shape }] as const,
    );
    await writeFile(file, JSON.stringify(Object.fromEntries(plain)));
    const { stdout, stderr, status } = spawnSync('python3', ['-c', python, out, file], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const theirs = JSON.parse(stdout);
    expectClose(theirs.score, expected);
    expect(theirs.metadata).toEqual(metadata);
  });
});

test('as safetensors has the names and axes of PyTorch', async () => {
  const { run } = await caseOf('a convolutional network');
  const { out, arrays } = await exportRun(run, { format: 'safetensors', out: join(folder, 'net.safetensors') });
  const { params } = await trainedNetwork(run);
  const ours = (name: string, at: readonly number[]): number => {
    const { shape, offset } = params.layout.find((array) => array.name === name)!;
    return params.data[offset + at.reduce((place, index, i) => place * shape[i]! + index, 0)]!;
  };
  const tensors = await readSafetensors(out);
  const theirs = (name: string, at: readonly number[]): number => {
    const { shape, data } = tensors[name]!;
    return data[at.reduce((place, index, i) => place * shape[i]! + index, 0)]!;
  };
  expect(arrays).toMatchObject({ 'up0.first.weight': [4, 12, 3, 3], 'time.weight': [16, 17], 'norm.weight': [4] });
  expect(theirs('up0.first.weight', [1, 7, 2, 0])).toBe(ours('up0/first/weight', [2, 0, 7, 1]));
  expect(theirs('time.weight', [5, 3])).toBe(ours('time/weight', [3, 5]));
  expect(theirs('down0.norm1.weight', [2])).toBe(ours('down0/norm1/scale', [2]));
  expect(theirs('output.bias', [0])).toBe(ours('output/bias', [0]));
  const bytes = await readFile(out);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0))));
  expect(header.__metadata__).toMatchObject({ process: 'vp', horizon: '1' });
});

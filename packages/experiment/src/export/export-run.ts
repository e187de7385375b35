/**
 * The averaged score network of a run as a file for others.
 *
 *     onnx          the whole score: y [n, d], t [n], and the features [n, k] that the network was shown where the process has any, to score [n, d]
 *     safetensors   the parameters alone, with PyTorch's names and axes
 *
 * Features are code of the process, which no file can hold: whoever runs the file computes them, and the metadata say what they are.
 */
import { join } from 'node:path';
import { fail, noiseRangeOf } from '@fokker/core';
import { exportScore } from '@fokker/runtime';
import { writeFileAtomic } from '../formats/atomic.js';
import { encodeSafetensors } from '../formats/safetensors.js';
import type { Run } from '../run/run.js';
import { trainedNetwork } from '../run/score.js';
import { exportMetadata } from './metadata.js';
import { torchTensors } from './torch.js';

export const exportFormats = ['onnx', 'safetensors'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  readonly format?: ExportFormat | undefined;
  /** By default score.onnx or score.safetensors in the run folder. */
  readonly out?: string | undefined;
}

export interface Exported {
  readonly out: string;
  readonly format: ExportFormat;
  /** Of the checkpoint. */
  readonly step: number;
  /** Arrays of the file with their shapes: inputs and outputs of a graph, parameters otherwise; n rows. */
  readonly arrays: Readonly<Record<string, readonly (number | 'n')[]>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Throws E_RUN for a damaged checkpoint, E_TRACE_… for a network that cannot be compiled, E_FILE. */
export async function exportRun(run: Run, { format = 'onnx', out }: ExportOptions = {}): Promise<Exported> {
  const { sde } = run.experiment;
  const network = await trainedNetwork(run);
  const { model, params, step } = network;
  const { scales } = run.prepared;
  const path = out ?? join(run.directory, `score.${format}`);

  if (format === 'safetensors') {
    const tensors = torchTensors(params);
    const metadata = exportMetadata(run, network, scales.features !== undefined && model.kind === 'score');
    await writeFileAtomic(path, ...encodeSafetensors(tensors, metadata));
    const shapes = Object.entries(tensors).map(([name, { shape }]) => [name, shape] as const);
    return { out: path, format, step, arrays: Object.fromEntries(shapes), metadata };
  }
  if (scales.baseline !== undefined) refuseBaseline();
  const { dim, span } = sde;
  const score = { model, params, scales, dim, span, range: noiseRangeOf(sde) };
  const { inputs, encode } = await exportScore(score);
  const shown = inputs.some(({ name }) => name === 'features');
  const metadata = exportMetadata(run, network, shown);
  await writeFileAtomic(path, encode(metadata));
  const shapes = inputs.map(({ name, shape }) => [name, ['n' as const, ...shape]] as const);
  return { out: path, format, step, arrays: { ...Object.fromEntries(shapes), score: ['n', dim] }, metadata };
}

const refuseBaseline = (): never =>
  fail('E_CAPABILITY', {
    summary: 'a prior-residual score cannot be written as a graph',
    got: "parametrisation: prior-residual, a part of which is the prior's score, code of the process",
    expected: 'a score that is a network alone',
    tryThis: ['--format safetensors  for the parameters', 'parametrisation: scaled'],
  });

/**
 * The experiment file. Parts are flat, `process: { id: active-swimmer, gamma: 0.1 }`: their options belong to their plugin's schema and are looked at once the plugins are
 * loaded; everything else is here, with its default and its unit. Unknown keys are refused everywhere.
 *
 * Times are in the unit of the process. A batch counts network rows a step, so an objective with antithetic pairs draws half as many samples.
 */
import { integratorSchemes, parametrisations } from '@fokker/core';
import { z } from 'zod';

/** A part by its id; its options stand beside it. */
export const part = z.looseObject({ id: z.string().min(1).describe('id of the part') });
export type PartConfig = z.infer<typeof part>;
/** A part that need not be named: `model: { width: 64 }` is the default model with another width. */
const partOr = (id: string) =>
  z.looseObject({ id: z.string().min(1).default(id).describe('id of the part') }).prefault({});

const count = z.int().positive();
/** No array of ours is longer, and no loop over time either: beyond it lies a slip of the keyboard, not an experiment. */
export const largestCount = 10_000_000;
/** More threads than any machine of ours has processors. */
export const mostWorkers = 256;
const rows = count.max(largestCount);
const fraction = z.number().min(0).max(1);
const time = z.number();
const distinct = (list: readonly unknown[]): boolean => new Set(list).size === list.length;
/** A list of times, each once. */
const times = z.array(time).min(1).refine(distinct, 'a time is given twice');

const optimiser = z.strictObject({
  id: z.enum(['adam', 'sgd']).default('adam').describe('the method'),
  learningRate: z.number().positive().default(1e-3).describe('largest learning rate'),
  beta1: fraction.default(0.9).describe("Adam's decay of the mean gradient"),
  beta2: fraction.default(0.999).describe("Adam's decay of the mean square"),
  epsilon: z.number().positive().default(1e-8).describe("Adam's ε"),
  momentum: fraction.default(0.9).describe("SGD's momentum"),
  clip: z
    .union([z.number().positive(), z.literal('off')])
    .default(1)
    .describe('largest gradient norm, or off'),
  warmup: z.int().nonnegative().default(100).describe('steps of linear warm-up'),
  decay: z.enum(['none', 'cosine']).default('cosine').describe('learning rate after the warm-up'),
  floor: fraction.default(0.01).describe('smallest learning rate of the decay, as a fraction of the largest'),
  ema: fraction.default(0.999).describe('decay of the moving average of the parameters, which is what is evaluated'),
});

const training = z.strictObject({
  steps: count.default(10_000).describe('optimiser steps'),
  batch: rows.default(512).describe('network rows a step'),
  optimiser: optimiser.prefault({}),
  device: z
    .string()
    .min(1)
    .default('auto')
    .describe('auto | onnx | onnx-wasm | onnx-webgpu | onnx-cuda | tensorflow-gpu | tensorflow | wasm | cpu'),
  workers: z
    .int()
    .min(0)
    .max(2)
    .default(1)
    .describe('worker threads that prepare targets; the numbers do not depend on it'),
  threads: count
    .optional()
    .describe('threads that compute, on devices that have more than one; by default as the step needs'),
  ahead: count.max(64).default(32).describe('batches prepared ahead'),
  logEvery: count.default(100).describe('steps between lines of metrics.jsonl'),
  bands: count.max(100).default(5).describe('time bands of equal width in which the loss is logged'),
  heldOut: z
    .int()
    .nonnegative()
    .max(largestCount)
    .default(2048)
    .describe('network rows on held-out paths whose loss is logged; 0: off'),
  divergence: z
    .union([z.number().min(10), z.literal('off')])
    .default(1000)
    .describe(
      'training stops where the median loss of 100 steps exceeds this many times that of a score of zero; off: only at NaN',
    ),
  checkpointEvery: count.default(1000).describe('steps between checkpoints'),
  keep: count.default(3).describe('checkpoints kept'),
});

const simulation = z.strictObject({
  scheme: z
    .enum(['auto', 'exact', ...integratorSchemes])
    .default('auto')
    .describe('auto: exact transitions where the process has them, else heun'),
  step: z.number().positive().optional().describe('largest step; by default a thousandth of the span'),
});

const sampling = z.strictObject({
  n: rows.default(10_000).describe('samples'),
  start: z
    .enum(['auto', 'prior', 'simulated'])
    .default('auto')
    .describe('terminal states: the prior where the process states one, else simulated'),
  reverse: partOr('reverse-heun').describe('sampler from the horizon back'),
  flow: partOr('probability-flow').describe('sampler of the forward flow'),
  steps: rows.default(1000).describe('integration steps over the whole span'),
  cutoff: time
    .optional()
    .describe('smallest time samplers go to, where the forward flow starts; by default that of the process'),
  times: times.optional().describe('times of the samples; by default the cutoff'),
  bound: z.number().positive().default(1e6).describe('a path beyond it in any coordinate is lost'),
  batch: rows.default(10_000).describe('most rows of one network call; the noise does not depend on it'),
  workers: count
    .max(mostWorkers)
    .optional()
    .describe('threads that compute samples; by default as many as pay; the numbers do not depend on it'),
});

export const methods = ['reverse', 'forward-flow', 'control-unreversed', 'control-gaussian'] as const;
export type Method = (typeof methods)[number];

const evaluation = z.strictObject({
  times: times
    .optional()
    .describe('times at which samples are compared; by default four, from half the span to a fortieth'),
  n: rows.min(100).default(10_000).describe('samples of each law'),
  methods: z
    .array(z.enum(methods))
    .min(1)
    .refine(distinct, 'a method is given twice')
    .default([...methods])
    .describe('what is compared with simulation'),
  metrics: z
    .array(part)
    .min(1)
    .refine((list) => distinct(list.map(({ id }) => id)), 'a metric is given twice')
    .default([{ id: 'sliced-w2' }, { id: 'energy-distance' }])
    .describe('distances between samples'),
  score: z
    .preprocess(
      (value) => (value === undefined || Array.isArray(value) ? value : [value]),
      z
        .array(partOr('fisher-error'))
        .min(1)
        .refine((list) => distinct(list.map(({ id }) => id)), 'a metric is given twice'),
    )
    .default([{ id: 'fisher-error' }])
    .describe('errors of the score, one or a list, where a reference is known'),
  scoreSamples: rows
    .min(100)
    .default(100_000)
    .describe(
      'samples for the error of the score: its interval is about ±√(8/samples) where only E‖∇log p_t‖²_Q is known',
    ),
  floorPairs: rows.default(20).describe('independent simulated pairs whose mean distance is the floor'),
  reference: z
    .array(z.strictObject({ t: time, fisher: z.number().positive().describe('E‖∇log p_t‖²_Q') }))
    .default([])
    .describe('known E‖∇log p_t‖²_Q, where the process has no closed form'),
});

export const configSchema = z.strictObject({
  name: z.string().min(1).optional().describe('a word for people'),
  seed: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0).describe('of every random number'),
  plugins: z.array(z.string().min(1)).default([]).describe('packages or files with further parts'),
  process: z
    .looseObject({ id: z.string().min(1).default('formula').describe('id of the part') })
    .prefault({ id: 'density' })
    .describe(
      'the diffusion, by its id or its equations; without this section the data are a density, learnt as they are',
    ),
  data: partOr('gaussian').describe('the law of y at the start'),
  objective: partOr('local-dsm').describe('what training minimises'),
  schedule: partOr('auto').describe('from where to linearise'),
  times: partOr('uniform').describe('when to look'),
  weighting: partOr('noise-normalised').describe('how to weigh times'),
  model: partOr('mlp').describe('the score network'),
  parametrisation: z
    .enum(parametrisations)
    .default('scaled')
    .describe('how the network becomes a score: NN/σ̄(t), NN, or the score of the prior plus c(t) NN'),
  simulation: simulation.prefault({}),
  training: training.prefault({}),
  sampling: sampling.prefault({}),
  evaluation: evaluation.prefault({}),
  directory: z.string().optional().describe('where relative paths start; by default the folder of this file'),
  directoryFromHere: z
    .string()
    .optional()
    .describe('the same, relative to this file: used where `directory` has gone, because all was moved together'),
  versions: z.record(z.string(), z.string()).optional().describe('plugins of the run that wrote this file'),
});

export type ExperimentInput = z.input<typeof configSchema>;
export type ParsedConfig = z.output<typeof configSchema>;

/** Every default written out: what stands in a run's config.yaml. */
export interface ExperimentConfig extends ParsedConfig {
  readonly simulation: ParsedConfig['simulation'] & { readonly step: number };
  readonly sampling: ParsedConfig['sampling'] & { readonly cutoff: number };
  readonly evaluation: ParsedConfig['evaluation'] & { readonly times: number[] };
  readonly directory: string;
}

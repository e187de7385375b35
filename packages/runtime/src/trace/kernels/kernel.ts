/**
 * How a tfjs kernel is lowered: an emitter writes down values of the graph for the values of its inputs. A family of kernels is a table of emitters by the
 * name that tfjs has for the kernel.
 */
import { fail } from '@fokker/core';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import type { Builder } from '../../graph/builder.js';
import type { Value } from '../../graph/value.js';
import { here } from '../refusals.js';

/** Inputs by tfjs's names; kernels that take a list have '0', '1', … in order. Absent: an optional input that was not given. */
export type KernelInputs = Readonly<Record<string, Value>>;
export type Emitter = (b: Builder, inputs: KernelInputs, attributes: Attributes) => Value | Value[];
export type Kernels = Readonly<Record<string, Emitter>>;

/** The attributes of a call, read by type. */
export interface Attributes {
  readonly number: (name: string, otherwise?: number) => number;
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string;
  readonly list: (name: string) => readonly number[];
  readonly lists: (name: string) => readonly (readonly number[])[];
  readonly has: (name: string) => boolean;
  /** Throws E_TRACE_OPERATION for an attribute that has no lowering. */
  readonly refuse: (name: string, expected: string) => never;
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

export const attributesOf = (kernel: string, attributes: NamedAttrMap): Attributes => {
  const refuse = (name: string, expected: string): never =>
    fail('E_TRACE_OPERATION', {
      summary: `the operation '${kernel}' cannot be compiled as it was called`,
      got: `attribute ${name}: ${JSON.stringify(attributes[name])}${here()}`,
      expected,
      tryThis: [
        'call it through the operators of @fokker/ops',
        'training.device: wasm or cpu, which run every operation',
      ],
    });
  const list = (name: string): readonly number[] => {
    const value: unknown = attributes[name];
    if (typeof value === 'number') return [value];
    return isNumbers(value) ? value : refuse(name, 'a list of numbers');
  };
  return {
    number(name, otherwise) {
      const value = attributes[name] ?? otherwise;
      return typeof value === 'number' ? value : refuse(name, 'a number');
    },
    flag: (name) => attributes[name] === true,
    text(name) {
      const value = attributes[name];
      return typeof value === 'string' ? value : refuse(name, 'a word');
    },
    list,
    lists(name) {
      const value: unknown = attributes[name];
      return Array.isArray(value) && value.every(isNumbers) ? value : refuse(name, 'a list of lists of numbers');
    },
    refuse,
    has: (name) => attributes[name] !== undefined && attributes[name] !== null,
  };
};

/** Flags that several commands share. */
import { resolve } from 'node:path';
import { string as word } from '@oclif/core/args';
import { CLIError } from '@oclif/core/errors';
import { custom, integer, option, string } from '@oclif/core/flags';

const numberList = (text: string, name: string): number[] =>
  text.split(',').map((word) => {
    const value = Number(word);
    if (word.trim() !== '' && Number.isFinite(value)) return value;
    throw new CLIError(`'${word}' is not a number; --${name} takes numbers with commas between, as in --${name} 1,3,5`);
  });

export const numbersFlag = (name: string, description: string, helpValue: string) =>
  custom<number[]>({ description, helpValue, parse: async (text) => numberList(text, name) })();

export const timesFlag = (description: string) => numbersFlag('times', description, '1,3,5');

export const numberFlag = (name: string, description: string, helpValue?: string) =>
  custom<number>({
    description,
    ...(helpValue !== undefined && { helpValue }),
    parse: async (text) => numberList(text, name)[0]!,
  })();

export const partSetFlag = (part: string) =>
  string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'option=value',
    description: `an option of the ${part}; repeatable (fokker describe has them)`,
  });

export const timeFlag = (description: string) => numberFlag('time', description);

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** Ids with commas between. */
const ids = custom<string[]>({ helpValue: 'a,b,c', parse: async (text) => words(text) });
export const idsFlag = (description: string) => ids({ description });
export const requiredIdsFlag = (description: string) => ids({ description, required: true });

export const setFlag = () =>
  string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'path=value',
    description: 'override one key of the configuration; repeatable',
  });

/** A path is meant from where the command is called; a configuration's own plugins are found from its folder. */
export const pluginFlag = () =>
  string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'package|file',
    description: 'a plugin beside the built-in ones; repeatable',
    parse: async (text) => (/^\.{0,2}[/\\]/.test(text) ? resolve(text) : text),
  });

export const deviceFlag = () =>
  option({
    options: [
      'auto',
      'onnx',
      'onnx-wasm',
      'onnx-webgpu',
      'onnx-cuda',
      'tensorflow-gpu',
      'tensorflow',
      'wasm',
      'cpu',
    ] as const,
    description: 'what runs the network (fokker doctor tells which are available)',
  })();

export const countFlag = (description: string) => integer({ min: 1, description });

export const seedFlag = () => integer({ min: 0, description: 'seed of every random number', env: 'FOKKER_SEED' });

export const outFlag = (description = 'file to write: [n, d], or [times, n, d] for several times') =>
  string({ helpValue: 'FILE.npy|FILE.csv', description });

/** What every command on a run is given. */
export const runArg = () => ({ run: word({ required: true, description: 'run folder' }) });

/** What a command that draws random numbers with the score of a run takes. */
export const scoreFlags = (out?: string) => ({
  seed: seedFlag(),
  device: deviceFlag(),
  plugin: pluginFlag(),
  out: outFlag(out),
});

export const workersFlag = () =>
  integer({
    min: 1,
    max: 256,
    description: 'threads that compute; by default as many as pay. The numbers do not depend on it',
  });

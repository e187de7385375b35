/** Flags that several commands share. */
import { Flags } from '@oclif/core';

const numberList = (text: string, name: string): number[] =>
  text.split(',').map((word) => {
    const value = Number(word);
    if (word.trim() !== '' && Number.isFinite(value)) return value;
    throw new Error(`--${name} takes numbers with commas between, as in --${name} 1,3,5; '${word}' is none`);
  });

export const timesFlag = (description: string) =>
  Flags.custom<number[]>({ description, helpValue: '1,3,5', parse: async (text) => numberList(text, 'times') })();

export const setFlag = () =>
  Flags.string({
    multiple: true,
    helpValue: 'path=value',
    description: 'override one key of the configuration; repeatable',
  });

export const pluginFlag = () =>
  Flags.string({
    multiple: true,
    helpValue: 'package|file',
    description: 'a plugin beside the built-in ones; repeatable',
  });

export const deviceFlag = () =>
  Flags.option({
    options: ['auto', 'wasm', 'cpu', 'tensorflow', 'tensorflow-gpu'] as const,
    description: 'what runs the network (fokker doctor tells which are available)',
  })();

export const countFlag = (description: string) => Flags.integer({ min: 1, description });

export const seedFlag = () => Flags.integer({ min: 0, description: 'seed of every random number', env: 'FOKKER_SEED' });

export const outFlag = () =>
  Flags.string({ helpValue: 'FILE.npy|FILE.csv', description: 'file to write, [times, n, d]' });

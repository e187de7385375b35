/**
 * The way to the native libraries, with stand-ins for them in a working directory: one that is broken, one that is empty, and one that lends the plain
 * JavaScript kernels to a backend of TensorFlow's name and, like the real one, brings gradients of its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainDescent } from '@fokker/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceReport, openDevice } from '../devices.js';
import { initialState } from '../state.js';
import { batchOf, differences, params, stepWith } from '../testing/network.js';

const require = createRequire(import.meta.url);
const library = (name: string): string => JSON.stringify(require.resolve(`@tensorflow/tfjs-${name}`));

const standIn = `
  const util = require('node:util');
  if (!util.isNullOrUndefined(undefined) || !util.isArray([])) throw new Error('util lacks what Node 23 removed');
  const tf = require(${library('core')});
  const { MathBackendCPU } = require(${library('backend-cpu')});
  tf.registerBackend('tensorflow', () => new MathBackendCPU());
  tf.copyRegisteredKernels('cpu', 'tensorflow');
  tf.registerGradient({ kernelName: 'Tanh', outputsToSave: [true], gradFunc: (dy) => ({ x: () => tf.zerosLike(dy) }) });
  module.exports = { version: { 'tfjs-node': '4.0.0-stand-in' } };
`;

describe('native TensorFlow', () => {
  const home = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fokker-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
  const install = (name: string, source: string): void => {
    const place = join(folder, 'node_modules', '@tensorflow', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'index.js'), source);
  };
  const statusOf = async (id: string) => (await deviceReport()).find((device) => device.id === id);

  test('a library that does not load is named with its reason', async () => {
    install('tfjs-node-gpu', `throw new Error('no native binary')`);
    await expect(openDevice('tensorflow-gpu')).rejects.toMatchObject({
      code: 'E_DEVICE',
      got: expect.stringContaining('no native binary'),
    });
    expect(await statusOf('tensorflow-gpu')).toMatchObject({
      available: false,
      reason: expect.stringContaining('no native binary'),
      install: expect.stringContaining('@tensorflow/tfjs-node-gpu'),
    });
  });

  test('a library without a backend is refused', async () => {
    install('tfjs-node-gpu', 'module.exports = {}');
    await expect(openDevice('tensorflow-gpu')).rejects.toMatchObject({ code: 'E_DEVICE' });
  });

  test('an installed library is opened, and trains with our gradients', async () => {
    install('tfjs-node', standIn);
    expect(await statusOf('tensorflow')).toMatchObject({ available: true, version: '4.0.0-stand-in' });
    const device = await openDevice('tensorflow');
    const batch = batchOf(11);
    const program = await device.compile(stepWith(plainDescent), initialState(params(), plainDescent));
    await program.run([batch]);
    const { velocity } = (await program.state()).slots;
    differences(params().data, batch).forEach((exact, k) => {
      // some twenty float32 operations on numbers of order one
      expect(Math.abs(velocity![k]! - exact)).toBeLessThan(5e-6);
    });
    device.dispose();
  });
});

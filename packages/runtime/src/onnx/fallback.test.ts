/** What becomes of a machine without the native library: processes of their own, with a module loader that does not find it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const runtime = new URL('../../dist/index.js', import.meta.url).href;

const hide = `
const Module = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  if (process.env.HIDDEN.split(' ').includes(name)) {
    throw Object.assign(new Error('Cannot find module ' + name), { code: 'MODULE_NOT_FOUND' });
  }
  return resolve.call(this, name, ...rest);
};`;

describe('without the native library', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fokker-'));
    await writeFile(join(folder, 'hide.cjs'), hide);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const runHiding = async (hidden: string, script: string) => {
    const file = join(folder, 'script.mjs');
    await writeFile(file, `import { deviceReport, openDevice } from '${runtime}';\n${script}`);
    const env = {
      ...process.env,
      HIDDEN: hidden,
      NODE_OPTIONS: `--require=${JSON.stringify(join(folder, 'hide.cjs'))}`,
    };
    return run(process.execPath, [pathToFileURL(file).pathname], { env });
  };

  test('auto computes on WebAssembly, with one warning that says what would help', async () => {
    const { stdout, stderr } = await runHiding(
      'onnxruntime-node',
      `for (let i = 0; i < 3; i++) { const device = await openDevice('auto'); console.log(device.id); device.dispose(); }`,
    );
    expect(stdout.trim().split('\n')).toEqual(['onnx-wasm', 'onnx-wasm', 'onnx-wasm']);
    expect(stderr.match(/onnxruntime-node is not installed/g)).toHaveLength(1);
    expect(stderr).toContain('npm install --ignore-scripts onnxruntime-node@');
  });

  test('a listener hears the warning instead; without either, the eager kernels', async () => {
    const { stdout, stderr } = await runHiding(
      'onnxruntime-node onnxruntime-web',
      `const heard = []; const device = await openDevice('auto', { warn: (text) => heard.push(text) }); console.log(device.id, heard.length, heard[0]);`,
    );
    expect(stdout).toMatch(/^(wasm|tensorflow\S*) 1 .*'onnx' .*'onnx-wasm' /);
    expect(stderr).toBe('');
  });

  test('the report says why', async () => {
    const { stdout } = await runHiding('onnxruntime-node', 'console.log(JSON.stringify(await deviceReport()))');
    const report = JSON.parse(stdout) as { id: string; available: boolean; reason?: string }[];
    for (const id of ['onnx', 'onnx-webgpu', 'onnx-cuda']) {
      expect(report.find((device) => device.id === id)).toMatchObject({
        available: false,
        reason: 'onnxruntime-node is not installed',
      });
    }
    expect(report.find(({ id }) => id === 'onnx-wasm')).toMatchObject({ available: true });
  });
});

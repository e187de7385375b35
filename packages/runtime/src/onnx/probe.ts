/**
 * Whether ONNX Runtime starts here with a provider, found out in a process of its own: graphics drivers write to the terminal, and some crash.
 *
 *     node probe.js '{"library":"onnxruntime-node","provider":"cpu"}'     →     {"version":"1.30.0"} or {"reason":"…"}
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Runtime } from './protocol.js';

export type Probe = { readonly version: string } | { readonly reason: string };

// The compiled script, from the source tree and from the built one alike.
const script = fileURLToPath(new URL('../../dist/onnx/probe-script.js', import.meta.url));
const patience = 30_000;

export const probe = (runtime: Runtime): Promise<Probe> =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, JSON.stringify(runtime)], { timeout: patience }, (error, stdout) => {
      const line = stdout.trim().split('\n').at(-1) ?? '';
      if (line.startsWith('{')) resolve(JSON.parse(line) as Probe);
      else resolve({ reason: `it does not start: ${error?.signal ?? error?.message.split('\n')[0] ?? 'no answer'}` });
    });
  });

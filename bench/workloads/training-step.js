/** One training step of the active swimmer's example on wasm, against the same step in plain JavaScript. */
import { race } from '../measure.js';
import { openTraining } from '../swimmer.js';

export async function trainingStep() {
  const training = await openTraining();
  try {
    const batch = training.batches(0);
    const [wasm, cpu] = [await training.program('wasm'), await training.program('cpu')];
    const result = await race({ ours: () => wasm.run([batch]), peer: () => cpu.run([batch]), rounds: 7 });
    return [{ workload: 'training step', device: 'wasm', threads: 1, peer: 'cpu (plain JavaScript)', ...result }];
  } finally {
    training.close();
  }
}

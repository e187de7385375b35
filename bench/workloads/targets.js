/** Targets of one batch of the active swimmer's example against the training step that takes them: above 1, one worker keeps the device busy. */
import { race } from '../measure.js';
import { openTraining } from '../swimmer.js';

export async function targets() {
  const training = await openTraining();
  try {
    const program = await training.program('wasm');
    const first = training.batches(0);
    let k = 0;
    const ours = () => {
      training.batches(++k);
    };
    const result = await race({ ours, peer: () => program.run([first]), warmups: 20 });
    return [
      { workload: 'targets of a batch', device: 'float64', threads: 1, peer: 'training step on wasm', ...result },
    ];
  } finally {
    training.close();
  }
}

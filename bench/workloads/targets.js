/**
 * Targets of the active swimmer's example against the training steps that take them: above 1, one worker keeps the device busy. The trajectory bank is filled by the first
 * walk through its slots and renewed block by block afterwards; its filling is shared out over the steps of the run that it serves.
 */
import { race } from '../measure.js';
import { openTraining } from '../swimmer.js';

/** Consecutive steps of a round: one block of the bank is renewed. */
const together = 64;

export async function targets() {
  const training = await openTraining();
  const { walk, steps } = training;
  try {
    const start = performance.now();
    for (let k = 0; k < walk; k++) training.batches(k);
    const filling = (performance.now() - start) * (together / steps);
    let k = walk;
    const ours = () => {
      for (const end = k + together; k < end; k++) training.batches(k);
    };
    const batch = training.batches(0);
    const results = [];
    for (const id of ['onnx', 'wasm']) {
      const program = await training.program(id);
      const peer = async () => {
        for (let i = 0; i < together; i++) await program.run([batch]);
      };
      const { ours: renewed, theirs, spread } = await race({ ours, peer, rounds: 7, warmups: 1 });
      const time = renewed + filling;
      const common = { workload: `targets of ${together} steps`, device: 'float64', threads: 1 };
      results.push({ ...common, peer: `${together} steps on ${id}`, ours: time, theirs, ratio: theirs / time, spread });
    }
    return results;
  } finally {
    training.close();
  }
}

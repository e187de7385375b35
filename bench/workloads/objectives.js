/**
 * A training step of LCSS against those of DSM, FD-SSM and SSM at equal samples, on the compiled device: the checkerboard of the LCSS paper's Table 2, an energy network and a score
 * network of 2 × 300. FD-SSM takes two network rows a sample, SSM one derivative more. One thread: those of several sessions get in each other's way.
 */
import { openExperiment } from '@fokker/experiment';
import { initialState, openDevice } from '@fokker/runtime';
import { createBatches, networkOf, trainingStep } from '../../packages/experiment/dist/training/network.js';
import { race } from '../measure.js';

const samples = 2000;
const rowsPerSample = { dsm: 1, lcss: 1, 'fd-ssm': 2, 'ssm-vr': 1 };

async function openStep(device, model, id) {
  const experiment = await openExperiment({
    data: { id: 'checkerboard' },
    objective: { id, ...(id === 'lcss' && { antithetic: false }) },
    model: { id: model, width: 300, depth: 2 },
    training: { batch: samples * rowsPerSample[id], heldOut: 0 },
  });
  const prepared = experiment.objective.instance.prepare(experiment.problem, experiment.key.at('prepare'));
  const network = networkOf(experiment, prepared);
  const initial = network.model.init(experiment.key.at('init'));
  const step = trainingStep(experiment, network, initial.layout);
  const program = await device.compile(step, initialState(initial, step.optimiser));
  const batch = createBatches(experiment, prepared, experiment.key.at('targets'))(0);
  return { run: () => program.run([batch]), close: () => program.dispose() };
}

export async function objectives() {
  const device = await openDevice('onnx', { threads: 1 });
  const results = [];
  try {
    for (const model of ['energy', 'mlp']) {
      const lcss = await openStep(device, model, 'lcss');
      for (const id of ['dsm', 'fd-ssm', 'ssm-vr']) {
        const other = await openStep(device, model, id);
        const timed = await race({ ours: lcss.run, peer: other.run, rounds: 41, warmups: 10 });
        results.push({ workload: `lcss, ${model} 2 × 300`, device: device.id, threads: 1, peer: id, ...timed });
        other.close();
      }
      lcss.close();
    }
  } finally {
    device.dispose();
  }
  return results;
}

/**
 * The bench of `objectiveContract` (@fokker/core/testing): losses and their gradients as a training step computes them, eagerly on the plain JavaScript device and compiled into one graph.
 */
import { type ObjectiveBench, plainDescent } from '@fokker/core/testing';
import { initialState } from '../state.js';
import { trainingLoss } from '../traced-model.js';
import { smallNetwork } from './small-network.js';
import { using } from './using.js';

/** `devices`: where each is computed. */
export const objectiveBench = (devices = { eager: 'cpu', compiled: 'onnx' }): ObjectiveBench => ({
  network: smallNetwork,
  evaluate: (how, objective, model, params, batch) =>
    using(devices[how], async (device) => {
      const { rowsPerSample } = objective;
      const step = {
        layout: params.layout,
        rowsPerSample,
        loss: trainingLoss(objective, model),
        optimiser: plainDescent,
      };
      const program = await device.compile(step, initialState(params, plainDescent));
      try {
        const [report] = await program.run([batch]);
        return { losses: report!.perSample, gradient: (await program.state()).slots.velocity! };
      } finally {
        program.dispose();
      }
    }),
});

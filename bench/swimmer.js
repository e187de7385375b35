/** The training of examples/active-swimmer.yaml, opened but not begun: what several workloads time parts of. */
import { openExperiment } from '@fokker/experiment';
import { initialState, openDevice } from '@fokker/runtime';
import { createBatches, networkOf, trainingStep } from '../packages/experiment/dist/training/network.js';

const file = new URL('../examples/active-swimmer.yaml', import.meta.url).pathname;

export async function openTraining() {
  const experiment = await openExperiment(file);
  const prepared = experiment.objective.instance.prepare(experiment.problem, experiment.key.at('prepare'));
  const network = networkOf(experiment, prepared);
  const initial = network.model.init(experiment.key.at('init'));
  const step = trainingStep(experiment, network, initial.layout);
  const batches = createBatches(experiment, prepared, experiment.key.at('targets'));
  const opened = [];
  const { batch, steps } = experiment.config.training;
  return {
    batches,
    steps,
    /** Steps until every path of the bank has been asked for. */
    walk: Math.ceil((prepared.recipe.paths.paths * experiment.objective.instance.rowsPerSample) / batch),
    /** A program of one step a run, on a device of this id. */
    async program(id) {
      const device = await openDevice(id);
      const program = await device.compile(step, initialState(initial, step.optimiser));
      opened.push(program, device);
      return program;
    },
    close() {
      for (const each of opened) each.dispose();
    },
  };
}

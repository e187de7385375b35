/** The worker's side of `floors.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { openExperiment } from '../composition/experiment.js';
import { computeFloors, type FloorMessage, type FloorWorkerData } from './floors.js';

const tell = (message: FloorMessage): void => parentPort?.postMessage(message);
const { config, task } = workerData as FloorWorkerData;

try {
  const experiment = await openExperiment(config);
  tell({ floors: await computeFloors(experiment, task, (pair) => tell({ pair })) });
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
}

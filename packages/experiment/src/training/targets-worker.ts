/** The worker's side of `target-stream.ts`: the experiment from its resolved configuration, then one batch for every index asked. */
import { keyFromWords } from '@fokker/core';
import { openExperiment } from '../composition/experiment.js';
import { serve } from '../workers/serve.js';
import { createBatches, type TrainingBatch } from './network.js';
import type { BatchRequest, WorkerTask } from './target-stream.js';

serve<WorkerTask, BatchRequest, TrainingBatch>(async ({ config, prepared, key }) => {
  const make = createBatches(await openExperiment(config), prepared, keyFromWords(key));
  return { answer: ({ k, probabilities }) => make(k, probabilities) };
});

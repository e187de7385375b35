/** The worker's side of `sample.ts`: the experiment and its score from the run, then any chunk of samples. */
import { openExperiment } from '../composition/experiment.js';
import { openScore } from '../run/score.js';
import type { ChunkFrames } from '../simulation/paths.js';
import type { Chunk } from '../workers/in-chunks.js';
import { serve } from '../workers/serve.js';
import { sampleRows } from './rows.js';
import type { SampleTask } from './sample.js';

serve<SampleTask, Chunk, ChunkFrames>(async ({ config, trained, wanted, ...options }) => {
  const experiment = await openExperiment(config);
  const score = await openScore({ experiment, ...trained }, options);
  return { answer: sampleRows(experiment, score.field, wanted), close: score.close };
});

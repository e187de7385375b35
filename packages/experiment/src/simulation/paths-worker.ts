/** The worker's side of `simulate.ts`: the process from its resolved configuration, then any chunk of its paths. */
import { keyFromWords } from '@fokker/core';
import type { Chunk } from '../workers/in-chunks.js';
import { serve } from '../workers/serve.js';
import type { ChunkFrames } from './paths.js';
import { pathRows } from './paths.js';
import { openNamedProcess, type PathsTask } from './simulate.js';

serve<PathsTask, Chunk, ChunkFrames>(async ({ config, times, key }) => ({
  answer: pathRows(await openNamedProcess(config, {}), times, keyFromWords(key)),
}));

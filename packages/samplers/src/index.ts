/** Samplers: a score in, samples out. */
import { apiVersion, definePlugin } from '@fokker/core';
import { probabilityFlow } from './probability-flow.js';
import { reverseEulerMaruyama } from './reverse-euler-maruyama.js';
import { reverseHeun } from './reverse-heun.js';

export type { GridOptions } from './grid.js';
export { probabilityFlow, reverseEulerMaruyama, reverseHeun };

export default definePlugin({
  name: '@fokker/samplers',
  apiVersion,
  parts: { sampler: [reverseEulerMaruyama, reverseHeun, probabilityFlow] },
});

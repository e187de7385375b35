/** Objectives, one a file; the default export is the plugin that holds them all. */
import { apiVersion, definePlugin } from '@fokker/core';
import { dsm } from './dsm.js';
import { localDsm } from './local-dsm.js';

export { dsm, localDsm };

export default definePlugin({
  name: '@fokker/objectives',
  apiVersion,
  parts: { objective: [localDsm, dsm] },
});

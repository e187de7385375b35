/** Objectives, one a file; the default export is the plugin that holds them all. */
import { apiVersion, definePlugin } from '@fokker/core';
import { dsm } from './dsm.js';
import { fdSsm } from './fd-ssm.js';
import { ism } from './ism.js';
import { lcss } from './lcss.js';
import { localDsm } from './local-dsm.js';
import { ssm, ssmVr } from './ssm.js';

export { dsm, fdSsm, ism, lcss, localDsm, ssm, ssmVr };

export default definePlugin({
  name: '@fokker/objectives',
  apiVersion,
  parts: { objective: [localDsm, dsm, lcss, ssm, ssmVr, fdSsm, ism] },
});

/** Processes, one a file; the default export is the plugin that holds them all. */
import { apiVersion, definePlugin } from '@fokker/core';
import { activeSwimmer } from './active-swimmer.js';
import { benes } from './benes.js';
import { formula } from './formula/index.js';
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js';
import { subvp } from './subvp.js';
import { ve } from './ve.js';
import { vp } from './vp.js';

export * from './formula/index.js';
export { activeSwimmer, benes, ornsteinUhlenbeck, subvp, ve, vp };

export default definePlugin({
  name: '@fokker/sde-plugins',
  apiVersion,
  parts: { sde: [formula, activeSwimmer, ornsteinUhlenbeck, benes, ve, vp, subvp] },
});

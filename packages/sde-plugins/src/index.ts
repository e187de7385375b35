/** Processes, one a file; the default export is the plugin that holds them all. */
import { apiVersion, definePlugin } from '@fokker/core';
import { activeSwimmer } from './active-swimmer.js';
import { benes } from './benes.js';
import { mogPrior } from './mog-prior.js';
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js';
import { subvp } from './subvp.js';
import { ve } from './ve.js';
import { vp } from './vp.js';

export { activeSwimmer, benes, mogPrior, ornsteinUhlenbeck, subvp, ve, vp };

export default definePlugin({
  name: '@fokker/sde-plugins',
  apiVersion,
  parts: { sde: [activeSwimmer, ornsteinUhlenbeck, benes, ve, vp, subvp, mogPrior] },
});

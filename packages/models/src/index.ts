/** Score networks as a plugin. */
import { apiVersion, definePlugin } from '@fokker/core';
import { energy } from './energy.js';
import { mlp } from './mlp.js';
import { unet } from './unet.js';

export { energy } from './energy.js';
export { mlp } from './mlp.js';
export { unet } from './unet.js';

export default definePlugin({ name: '@fokker/models', apiVersion, parts: { model: [mlp, energy, unet] } });

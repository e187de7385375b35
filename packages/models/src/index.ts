/** Score networks as a plugin. */
import { apiVersion, definePlugin } from '@fokker/core';
import { mlp } from './mlp.js';

export { mlp } from './mlp.js';

export default definePlugin({ name: '@fokker/models', apiVersion, parts: { model: [mlp] } });

import { apiVersion, definePlugin } from '@fokker/core';
import { myModel } from './my-model.js';
import { myObjective } from './my-objective.js';
import { myProcess } from './my-process.js';
import { mySampler } from './my-sampler.js';

export default definePlugin({
  name: 'my-plugin',
  apiVersion,
  version: '0.1.0',
  parts: {
    sde: [myProcess],
    objective: [myObjective],
    sampler: [mySampler],
    model: [myModel],
  },
});

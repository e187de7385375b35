/** The commands by name; oclif reads this map. */
import Check from './commands/check.js';
import Compare from './commands/compare.js';
import Density from './commands/density.js';
import Describe from './commands/describe.js';
import Doctor from './commands/doctor.js';
import Evaluate from './commands/evaluate.js';
import Export from './commands/export.js';
import Likelihood from './commands/likelihood.js';
import List from './commands/list.js';
import NewPlugin from './commands/new/plugin.js';
import Physics from './commands/physics.js';
import Report from './commands/report.js';
import Sample from './commands/sample.js';
import Simulate from './commands/simulate.js';
import Train from './commands/train.js';

export const commands = {
  train: Train,
  sample: Sample,
  simulate: Simulate,
  evaluate: Evaluate,
  likelihood: Likelihood,
  physics: Physics,
  compare: Compare,
  density: Density,
  report: Report,
  export: Export,
  list: List,
  describe: Describe,
  check: Check,
  'new:plugin': NewPlugin,
  doctor: Doctor,
};

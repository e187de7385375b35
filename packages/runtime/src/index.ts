/** Devices: where score networks are trained and evaluated; and how functions of tensors are compiled. */
export {
  type DeviceOptions,
  type DeviceStatus,
  deviceIds,
  deviceReport,
  openDevice,
  opensInEveryThread,
} from './devices.js';
export { discard } from './discard.js';
export { countOperations, type Graph } from './graph/graph.js';
export { printGraph } from './graph/print.js';
export { allRewrites, noRewrites, type Rewrites } from './graph/rewrites.js';
export { networkPrograms, type OwnedPrograms } from './network-programs.js';
export { type ExportedScore, exportScore, type ScoreToExport } from './onnx/export-score.js';
export { emaDecay, gradientNorm, learningRate, slotNames } from './optimiser.js';
export { initialState } from './state.js';
export { type InputSpec, type TraceOptions, trace } from './trace/trace.js';
export { importance, tracedModel, trainingLoss, withBaseline } from './traced-model.js';

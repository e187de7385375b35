/** Devices: where score networks are trained and evaluated. */
export { type DeviceOptions, type DeviceStatus, deviceIds, deviceReport, openDevice } from './devices.js';
export { type ExportedScore, exportScore, type ScoreToExport } from './onnx/export-score.js';
export { emaDecay, gradientNorm, learningRate, slotNames } from './optimiser.js';
export { initialState } from './state.js';

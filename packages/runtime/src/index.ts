/** Devices: where score networks are trained and evaluated. */
export { type DeviceStatus, deviceIds, deviceReport, openDevice, opensInEveryThread } from './devices.js';
export { emaDecay, gradientNorm, learningRate, slotNames } from './optimiser.js';
export { initialState } from './state.js';

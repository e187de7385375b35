/** The public face of experiment. */
export * from './formats/index.js';

/** File formats: .npy, .csv, safetensors, JSON lines, and files that are whole or absent. */
export * from './atomic.js';
export * from './csv.js';
export * from './jsonl.js';
export * from './matrix.js';
export * from './npy.js';
export * from './safetensors.js';

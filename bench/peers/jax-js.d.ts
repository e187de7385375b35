import type { Timed } from '../runtime-peers.js';

/** Undefined where jax-js is not installed: npm install --no-save @jax-js/jax */
export declare const openJaxJs: () => Promise<Timed | undefined>;

/** The data sets that come with Fokker, and the process of those that are learnt as they are. */
import { apiVersion, definePlugin } from '@fokker/core';
import { atoms } from './atoms.js';
import { checkerboard } from './checkerboard.js';
import { density } from './density.js';
import { csvFile, npyFile } from './files.js';
import { gaussian } from './gaussian.js';
import { gaussianMixture } from './gaussian-mixture.js';
import { initial } from './initial.js';
import { pinwheel } from './pinwheel.js';
import { rings } from './rings.js';
import { spirals } from './spirals.js';
import { twoMoons } from './two-moons.js';

export default definePlugin({
  name: '@fokker/experiment',
  apiVersion,
  parts: {
    sde: [density],
    dataset: [
      gaussian,
      initial,
      gaussianMixture,
      atoms,
      checkerboard,
      twoMoons,
      spirals,
      rings,
      pinwheel,
      npyFile,
      csvFile,
    ],
  },
});

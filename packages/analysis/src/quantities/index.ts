/** The quantities of `fokker physics`, by id. */
import { boundQuantity } from './bound.js';
import { currentQuantity } from './current.js';
import { entropyProductionQuantity } from './entropy-production.js';
import { entropyRateQuantity } from './entropy-rate.js';
import { firstPassageQuantity } from './first-passage.js';
import { fisherQuantity } from './fisher.js';
import { fpResidualQuantity } from './fp-residual.js';
import { kramersMoyalQuantity } from './kramers-moyal.js';
import { momentsQuantity } from './moments.js';
import { pathEntropyQuantity } from './path-entropy.js';
import { potentialQuantity } from './potential.js';
import { steinQuantity } from './stein.js';

export const quantities = [
  entropyProductionQuantity,
  entropyRateQuantity,
  pathEntropyQuantity,
  boundQuantity,
  currentQuantity,
  fisherQuantity,
  steinQuantity,
  momentsQuantity,
  kramersMoyalQuantity,
  firstPassageQuantity,
  potentialQuantity,
  fpResidualQuantity,
];

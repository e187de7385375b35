/** The conformance suite of a data set: rows of the process's dimension, finite, a pure function of (key, row). */
import { type Batch, type Dataset, rootKey, zeros } from '@fokker/core';
import { assertAllClose, assertContract, type ContractCase, contractOf } from '@fokker/core/testing';

const rows = 64;
const key = rootKey(17).at('data');

const drawn = (data: Dataset, first: number, n: number): Batch => {
  const out = zeros(n, data.dim);
  out.data.fill(Number.NaN); // what is left unwritten shows
  data.draw(key, first, out);
  return out;
};

export const dataContract = (data: Dataset, dim: number): readonly ContractCase[] =>
  contractOf([
    {
      name: 'draw: finite rows of the dimension of the process',
      run() {
        assertContract(data.dim === dim, `dim = ${data.dim}`, `${dim}, as the process`);
        assertContract(drawn(data, 0, rows).data.every(Number.isFinite), 'a row that is not finite', 'finite numbers');
      },
    },
    {
      name: 'draw: row i is the same whatever range it is drawn in',
      run: () =>
        assertAllClose('rows of two ranges', drawn(data, 3, rows - 3).data, drawn(data, 0, rows).data.slice(3 * dim)),
    },
  ]);

/** What a loss must give. */
import { fail } from '@fokker/core';

/** Throws E_SHAPE unless there is one number a row. */
export const checkLoss = ({ shape }: { readonly shape: readonly number[] }, n: number): void => {
  if (shape.length === 1 && shape[0] === n) return;
  fail('E_SHAPE', {
    summary: 'the loss is not one number per row',
    got: `[${shape.join(', ')}]`,
    expected: `[${n}]`,
    tryThis: ['return the loss of each sample; the device takes the mean'],
  });
};

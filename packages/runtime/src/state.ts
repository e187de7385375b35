/**
 * The training state on the host: parameters, their average and the optimiser's slots, flat float32 vectors of one length.
 */
import { fail, type OptimiserSpec, type ParameterLayout, type Params, type TrainingState } from '@fokker/core';
import { slotNames } from './optimiser.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

/** The state before the first step: the average starts at the parameters, the slots at zero. */
export const initialState = (params: Params, optimiser: OptimiserSpec): TrainingState => ({
  step: 0,
  params: params.data.slice(),
  ema: params.data.slice(),
  slots: Object.fromEntries(slotNames(optimiser).map((name) => [name, new Float32Array(params.data.length)])),
});

/** Throws E_SHAPE unless the layout tiles a vector of this length without gaps. */
export const checkLayout = (layout: readonly ParameterLayout[], length: number): void => {
  let end = 0;
  for (const { name, shape, offset } of layout) {
    if (offset !== end) {
      fail('E_SHAPE', {
        summary: `the parameter layout has a gap or an overlap at '${name}'`,
        got: `offset ${offset}`,
        expected: `offset ${end}, where the array before it ends`,
        tryThis: ['lay parameters out one after the other, in the order of the list'],
      });
    }
    end += sizeOf(shape);
  }
  if (end !== length) {
    fail('E_SHAPE', {
      summary: 'the parameter vector does not fit its layout',
      got: `${length} numbers`,
      expected: `${end} numbers, the sum over the layout`,
      tryThis: ['restore the checkpoint with the model options it was trained with'],
    });
  }
};

/** A private copy, checked against layout and optimiser; throws E_SHAPE. */
export const copyState = (
  state: TrainingState,
  layout: readonly ParameterLayout[],
  optimiser: OptimiserSpec,
): TrainingState => {
  const { length } = state.params;
  checkLayout(layout, length);
  const copy = (name: string, data: Float32Array | undefined): Float32Array => {
    if (data === undefined || data.length !== length) {
      return fail('E_SHAPE', {
        summary: `the training state's '${name}' does not fit its parameters`,
        got: data === undefined ? 'nothing' : `${data.length} numbers`,
        expected: `${length} numbers`,
        tryThis: [
          'resume with the optimiser the checkpoint was written with',
          'start from initialState(params, optimiser)',
        ],
      });
    }
    return data.slice();
  };
  return {
    step: state.step,
    params: copy('params', state.params),
    ema: copy('ema', state.ema),
    slots: Object.fromEntries(slotNames(optimiser).map((name) => [name, copy(name, state.slots[name])])),
  };
};

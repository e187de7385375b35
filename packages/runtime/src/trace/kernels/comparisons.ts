/** Conditions and choices. A condition is a bool; the reference backend has the same values. */
import { compare, unary, where } from '../../graph/arithmetic.js';
import { reshape } from '../../graph/shapes.js';
import type { Emitter, Kernels } from './kernel.js';

const comparison =
  (op: string): Emitter =>
  (b, inputs) =>
    compare(b, op, inputs.a!, inputs.b!);

export const comparisonKernels: Kernels = {
  Equal: comparison('Equal'),
  NotEqual: (b, inputs) => unary(b, 'Not', compare(b, 'Equal', inputs.a!, inputs.b!)),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: comparison('And'),
  LogicalOr: comparison('Or'),
  LogicalNot: (b, { x }) => unary(b, 'Not', x!),
  Select: (b, { condition, t, e }) => {
    const rank = t!.shape.length;
    const rows = condition!.shape.length === 1 && rank > 1;
    const shaped = rows
      ? reshape(b, condition!, [condition!.shape[0]!, ...Array<number>(rank - 1).fill(1)])
      : condition!;
    return where(b, shaped, t!, e!);
  },
};

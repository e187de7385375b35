/** Mean and covariance of 1000 linear processes over a lag: series and doubling against Van Loan's exponential of twice the size. */
import { createLinearFlow, fillNormal, rootKey } from '@fokker/core';
import { vanLoan } from '../../packages/core/dist/testing/van-loan.js';
import { race } from '../measure.js';

const rows = 1000;
const tau = 0.2;

function problem(d) {
  const J = new Float64Array(rows * d * d);
  fillNormal(rootKey(1).at('jacobian', d), 0, rows, d * d, J);
  const Q = new Float64Array(d * d);
  Q[d * d - 1] = 1; // noise on the last coordinate
  return { J, Q, flow: createLinearFlow(d), zero: new Float64Array(d), shift: new Float64Array(d) };
}

export async function covariance() {
  const results = [];
  for (const d of [2, 8]) {
    const { J, Q, flow, zero, shift } = problem(d);
    const ours = () => {
      for (let i = 0; i < rows; i++) flow.run(J, i * d * d, Q, 0, zero, undefined, 0, tau, shift, 0);
    };
    const peer = () => {
      for (let i = 0; i < rows; i++) vanLoan(d, J.subarray(i * d * d, (i + 1) * d * d), Q, tau);
    };
    results.push({
      workload: `covariance, d = ${d}`,
      device: 'float64',
      threads: 1,
      peer: 'Van Loan (plain, allocating)',
      ...(await race({ ours, peer, warmups: 5 })),
    });
  }
  return results;
}

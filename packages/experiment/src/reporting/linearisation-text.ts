/** The measured linearisation error in one sentence, for notices, reports and descriptions. */
import type { LinearisationError } from '@fokker/core';
import { rounded } from '../numbers.js';

const boundText = (kl: LinearisationError['kl']): string =>
  'most' in kl ? `KL to the process at most about ${rounded(kl.most)} nats` : `no KL estimate: ${kl.none}`;

export const linearisationText = ({ mean, high, worst, kl, times, states }: LinearisationError): string =>
  `targets are off by ${rounded(mean)} of their noise on average (99 %: ${rounded(high)}; worst time t = ${rounded(worst.t)}: ${rounded(worst.mean)}); ${boundText(kl)}${states === undefined ? '' : `; measured on ${states} states at each of ${times.length} times`}`;

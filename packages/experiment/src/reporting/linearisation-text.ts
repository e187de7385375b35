/** The measured linearisation error in one sentence, for notices, reports and descriptions. */
import type { LinearisationError } from '@fokker/core';

const figure = (x: number): string => String(Number(x.toPrecision(3)));

const boundText = (kl: LinearisationError['kl']): string =>
  'most' in kl ? `KL to the process at most about ${figure(kl.most)} nats` : `no KL estimate: ${kl.none}`;

export const linearisationText = ({ mean, high, worst, kl, times, states }: LinearisationError): string =>
  `targets are off by ${figure(mean)} of their noise on average (99 %: ${figure(high)}; worst time t = ${figure(worst.t)}: ${figure(worst.mean)}); ${boundText(kl)}${states === undefined ? '' : `; measured on ${states} states at each of ${times.length} times`}`;

/**
 * What a chain that can reject its moves tells of its step: the share it accepts, and advice where that is far from what mixes well (0.57 of MALA in many dimensions, Roberts &
 * Rosenthal 1998). Below 0.2 paths hardly move, above 0.9 they move by little more than nothing; samples are then near their start whatever the law.
 */
import type { Acceptance, Hint } from '@fokker/core';

const [least, most] = [0.2, 0.9];

/** Of two parts of one job; of a sampler that rejects nothing, none. */
export const addAcceptance = (a: Acceptance | undefined, b: Acceptance | undefined): Acceptance | undefined =>
  a === undefined || b === undefined
    ? (a ?? b)
    : { proposed: a.proposed + b.proposed, accepted: a.accepted + b.accepted };

const acceptanceRate = ({ accepted, proposed }: Acceptance): number => accepted / proposed;

/** H_ACCEPTANCE, or nothing. */
export function acceptanceHints(acceptance: Acceptance | undefined): Hint[] {
  if (acceptance === undefined) return [];
  const rate = acceptanceRate(acceptance);
  if (rate >= least && rate <= most) return [];
  const few = rate < least;
  return [
    {
      code: 'H_ACCEPTANCE',
      summary: few
        ? 'the chains hardly move: most moves are rejected'
        : 'the chains crawl: nearly all moves are accepted',
      got: `${(100 * rate).toFixed(1)} % of ${acceptance.proposed} moves accepted`,
      expected: `${100 * least} to ${100 * most} %, about 57 % for the fastest mixing`,
      tryThis: few
        ? ['epsilon: a quarter of what it is (sample --set epsilon=…, sampling.reverse.epsilon of a configuration)']
        : [
            'epsilon: four times what it is (sample --set epsilon=…, sampling.reverse.epsilon of a configuration)',
            'steps: more of them, if the samples still depend on their start',
          ],
    },
  ];
}

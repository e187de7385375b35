/**
 * Widths of text in the font of the figures, for a layout without a canvas. The drawing library would take 0.8 em for every character, which leaves gaps and
 * cuts labels short.
 */

/** Advance in em, by kind of character (Inter, rounded up). */
const advances: readonly (readonly [RegExp, number])[] = [
  [/[iljI|!.,:;'·]/, 0.29],
  [/[ftr()[\]/\- ]/, 0.38],
  [/[mwMW%@—…]/, 0.9],
  [/[A-Z0-9−–+=<>]/, 0.66],
];
const advanceOf = (character: string): number => advances.find(([kind]) => kind.test(character))?.[1] ?? 0.6;

/** Width in pixels of one line. */
export const textWidth = (text: string, fontSize: number): number =>
  fontSize * [...text].reduce((total, character) => total + advanceOf(character), 0);

/** What long work tells whoever started it. Commands print it on stderr; scripts may ignore it. */
export type ProgressEvent =
  | {
      readonly kind: 'step';
      /** What is being done: train, simulate, floor, … */
      readonly stage: string;
      readonly done: number;
      readonly of: number;
      /** Of training: mean loss since the last line of metrics. */
      readonly loss?: number;
    }
  | { readonly kind: 'notice'; readonly text: string };

export type Progress = (event: ProgressEvent) => void;

export const silent: Progress = () => undefined;

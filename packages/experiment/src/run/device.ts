/** The device of an experiment: the one asked for, else the configured one, with its threads. What it has to say goes to the progress. */
import type { Device } from '@fokker/core';
import { openDevice } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { type Progress, silent } from '../progress.js';

/** Throws E_DEVICE. */
export const openConfigured = (
  { config }: Experiment,
  id: string = config.training.device,
  progress: Progress = silent,
): Promise<Device> =>
  openDevice(id, {
    threads: config.training.threads,
    warn: (text) => progress({ kind: 'notice', text }),
  });

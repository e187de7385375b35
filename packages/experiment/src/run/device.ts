/** The device of an experiment: the one asked for, else the configured one, with its threads: those of the configuration, else `threads`, else as the device thinks. What it has to say goes to the progress. */
import type { Device } from '@fokker/core';
import { openDevice } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { type Progress, silent } from '../progress.js';

/** Throws E_DEVICE. */
export const openConfigured = (
  { config }: Experiment,
  id: string = config.training.device,
  progress: Progress = silent,
  threads?: number,
): Promise<Device> =>
  openDevice(id, {
    threads: config.training.threads ?? threads,
    warn: (text) => progress({ kind: 'notice', text }),
  });

/** A device for the length of some work. */
import type { Device } from '@fokker/core';
import { openDevice } from '../devices.js';

export async function using<T>(id: string, work: (device: Device) => Promise<T>): Promise<T> {
  const device = await openDevice(id);
  try {
    return await work(device);
  } finally {
    device.dispose();
  }
}

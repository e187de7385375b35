/** The other process of `probe.ts`: prints what it finds as one line of JSON. */
import { loadLibrary, tryProvider } from './library.js';
import type { Probe } from './probe.js';
import type { Runtime } from './protocol.js';

const look = async (runtime: Runtime): Promise<Probe> => {
  try {
    const library = await loadLibrary(runtime.library);
    await tryProvider(library, runtime, 1);
    return { version: library.version };
  } catch (error) {
    return { reason: (error instanceof Error ? error.message : String(error)).trim().split('\n')[0]! };
  }
};

const found = await look(JSON.parse(process.argv[2]!) as Runtime);
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit());

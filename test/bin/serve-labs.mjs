// Runs `labs` commands one after the other in this process, and returns what each printed: see labs-process.ts.
import { load } from '../../lib/platform/load.mjs';

const { main } = await load('bin/labs.ts');

/** Collects what is written to a stream from here on. */
function collect(stream) {
  const collected = { text: '' };
  stream.write = (chunk, encoding, callback) => {
    collected.text += chunk.toString();
    (typeof encoding === 'function' ? encoding : callback)?.();
    return true;
  };
  return collected;
}

process.on('message', async (args) => {
  const [stdout, stderr] = [process.stdout, process.stderr].map(collect);
  process.exitCode = undefined;
  await main(args);
  // A process of its own ends here, and what listens to its output with it.
  process.stdout.removeAllListeners('error');
  process.send({ code: process.exitCode ?? 0, stdout: stdout.text, stderr: stderr.text });
  process.exitCode = undefined;
});

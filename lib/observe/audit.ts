import { followFile, type FollowOptions } from './file-tail.ts';
import type { Source } from './source.ts';
import type { WriteReader } from './write-reader.ts';

/** The audit log of an API server. */
export interface AuditLog {
  /** Machine of the API server, where there are several. */
  readonly server?: string;
  /** Gives each event that is added, as a line of JSON, until it is aborted. It does not reject: it says that it is not live. */
  readonly follow: (options: FollowOptions) => Promise<void>;
}

/** An audit log that is a file of this machine. */
export const auditFile = (file: string, server?: string): AuditLog => ({
  ...(server === undefined ? {} : { server }),
  follow: (options) => followFile(file, options),
});

/** The writes of an audit log. */
export function auditSource({ server, follow }: AuditLog, reader: WriteReader): Source {
  const name = server === undefined ? 'audit log' : `audit log of ${server}`;
  return {
    name,
    run: ({ emit, signal }, onReady) =>
      follow({
        signal,
        onLive: (live) => {
          emit({ kind: 'source', source: name, live });
          onReady();
        },
        onLine: (line) => {
          const write = reader.read(line, server);
          if (write !== undefined) emit(write);
        },
      }),
  };
}

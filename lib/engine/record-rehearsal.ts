import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearsalEvent } from '../guide/rehearse.ts';
import type { FrameBody } from '../log/frame.ts';
import { FrameLog } from '../log/frame-log.ts';
import { observeCluster } from '../observe/observables.ts';
import { RecordingFile } from '../observe/recording-file.ts';
import type { OpenLab } from './open-lab.ts';

/** How long what a lab did last may take to be seen, in milliseconds. */
const afterwards = 1_500;

/** Longest output of a block that is recorded, in characters. */
const longestOutput = 20_000;

/** What a recording came to. */
export interface Recorded {
  /** Size of the file in bytes. */
  readonly bytes: number;
  readonly frames: number;
}

/** Records what happens in a lab's cluster while something is played in it. */
export class RehearsalRecorder {
  readonly #file: RecordingFile;

  private constructor(file: RecordingFile) {
    this.#file = file;
  }

  /**
   * Opens the file of the recording, before minutes are spent on what is to be recorded.
   *
   * @throws UsageError when it can't be written
   */
  static async open(file: string): Promise<RehearsalRecorder> {
    return new RehearsalRecorder(await RecordingFile.create(file));
  }

  /**
   * Records until what is played has ended. When it fails, the recording has all up to there, and is incomplete.
   *
   * @param play is given what tells the recording of the guide
   */
  async record<T>(
    { lab, target, access }: OpenLab,
    play: (onEvent: (event: RehearsalEvent) => void) => Promise<T>,
  ): Promise<{ readonly result: T; readonly recorded: Recorded }> {
    const log = new FrameLog();
    const queue = log.read();
    const observables = await target.observables(lab);
    const written = this.#file.write(
      {
        lab: lab.id,
        environment: lab.environment.id,
        target: target.name,
        kubernetes: access.settings.kubernetes,
        start: log.start.toISOString(),
      },
      queue,
    );
    // Its failure is thrown where it is waited for.
    written.catch(() => undefined);
    const observation = observeCluster(access.kubeconfig, observables, log);
    try {
      await observation.ready;
      const result = await play((event) => framesOf(event).forEach(log.emit));
      await sleep(afterwards);
      await observation.stop();
      log.end(queue);
      await written;
      return { result, recorded: await this.#file.end() };
    } finally {
      await observation.stop();
      log.end(queue);
      await this.#file.close();
    }
  }
}

/** The frames of what a rehearsal reports. */
export function framesOf(event: RehearsalEvent): readonly FrameBody[] {
  switch (event.kind) {
    case 'section started':
      return [];
    case 'block started': {
      const { index, taskId } = event.block;
      return [{ kind: 'block', block: index, ...taskIn(taskId), state: 'started' }];
    }
    case 'block finished': {
      const { block, outcome } = event.result;
      const output = 'output' in outcome ? clipped(maskTokens(outcome.output)) : '';
      return [
        { kind: 'block', block: block.index, ...taskIn(block.taskId), state: 'ended', outcome: outcome.kind, output },
      ];
    }
    case 'task finished': {
      const { taskId, verdict } = event.result;
      return [
        { kind: 'task', task: taskId, passed: verdict.passed, ...(verdict.passed ? {} : { hint: verdict.hint }) },
      ];
    }
  }
}

const taskIn = (task: string | undefined): { readonly task?: string } => (task === undefined ? {} : { task });

const clipped = (text: string): string => (text.length > longestOutput ? `${text.slice(0, longestOutput)}\n…\n` : text);

/** Tokens of service accounts are JSON Web Tokens. Recordings are kept and shown to others. */
const maskTokens = (text: string): string => text.replace(/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g, '(token)');

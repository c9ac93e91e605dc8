import path from 'node:path';
import { labOf } from '../../labs/catalogue.ts';
import { RehearsalRecorder, type Recorded } from '../../lib/engine/record-rehearsal.ts';
import type { RehearsalEvent } from '../../lib/guide/rehearse.ts';
import { playGuide, readGuidesToRehearse, recordOutputs } from '../../lib/engine/rehearsal.ts';
import { makeDataHome, removeDataHome } from '../../lib/platform/data-home.ts';
import { exitCodes, UsageError } from '../../lib/core/errors.ts';
import { refuseTarget } from '../../lib/model/lab-targets.ts';
import { dataFolder } from '../../lib/platform/paths.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import { openTarget, targetNameOf } from '../../lib/engine/targets.ts';
import type { Action } from '../context.ts';
import { eventPrinter, printSummary } from '../play.ts';
import { runSteps } from '../progress.ts';
import { labsCommand } from '../../lib/model/labs-command.ts';

const rehearse: Action<{
  context: string[];
  on: string;
  json?: boolean;
  record?: boolean;
  recording?: string;
}> = async (context, [id = ''], options) => {
  const { output, signal } = context;
  const lab = labOf(id);
  const settings = settingsOf(lab, options.context);
  if (options.on === 'aws') {
    throw new UsageError({
      ja:
        'labs rehearse は専用の環境を作り、終わると削除します。AWS では 30 分かかるうえに料金が発生するので、--on には local か linux を指定してください。' +
        `AWS では、ガイドを自分で実行してください: ${labsCommand('up', lab.id, 'aws')}`,
      en:
        'labs rehearse makes an environment of its own and removes it again, which on AWS takes half an hour and is billed. ' +
        `Play the guide there by hand, with: ${labsCommand('up', lab.id, 'aws')}. Valid for --on: local, linux.`,
    });
  }
  const name = targetNameOf(options.on);
  refuseTarget(lab, settings, name, 'rehearse');
  const recording = options.record ?? false;
  const guide = await readGuidesToRehearse(lab, output.language, recording);

  // Before minutes are spent: the file may be one that can't be written.
  const recorder = options.recording === undefined ? undefined : await RehearsalRecorder.open(options.recording);
  // An environment of its own: what the learner has running is not touched.
  const home = await makeDataHome(path.join(dataFolder, 'rehearsal-'));
  const target = await openTarget(name, { data: home.data });
  try {
    await runSteps(await target.up(lab, settings), output, signal);
    const access = await target.access(lab);
    const onEvent = options.json ? () => undefined : eventPrinter(lab, output, { showOutput: false });
    const open = { lab, target, access };
    const play = (tell: (event: RehearsalEvent) => void) =>
      playGuide(open, guide, { variables: home.variables, signal, recording, onEvent: tell });
    const { result: rehearsal, recorded } = await (recorder === undefined
      ? { result: await play(onEvent), recorded: undefined }
      : recorder.record(open, (alsoTell) =>
          play((event) => {
            alsoTell(event);
            onEvent(event);
          }),
        ));
    if (options.json)
      output.line(
        JSON.stringify(
          { lab: lab.id, target: target.name, kubernetes: settings.kubernetes, ...report(rehearsal) },
          undefined,
          2,
        ),
      );
    else printSummary(rehearsal, output);
    if (recorded !== undefined && !options.json)
      output.line(output.message('recordingWritten', { file: options.recording!, ...sizeOf(recorded) }));
    if (recording && rehearsal.passed) {
      const files = await recordOutputs(lab, rehearsal, target.name, access);
      files.forEach((file) => output.line(output.message('recorded', { file })));
      if (files.length === 0) output.line(output.message('nothingToRecord'));
    }
    return rehearsal.passed ? exitCodes.done : exitCodes.failed;
  } finally {
    // Also after Ctrl-C, so not with the signal that says it.
    for (const step of await target.down(lab)) await step.run(() => undefined, new AbortController().signal);
    await removeDataHome(home);
  }
};
export default rehearse;

/** How large a recording is, for people. */
const sizeOf = ({ bytes, frames }: Recorded) => ({ frames, size: (bytes / 1000).toFixed(1) });

/** A rehearsal as JSON: what a script wants to know, without the guide's text. */
function report({ passed, counts, blocks, tasks }: Awaited<ReturnType<typeof playGuide>>) {
  return {
    passed,
    counts,
    tasks: tasks.map(({ taskId, verdict }) => ({ task: taskId, ...verdict })),
    blocks: blocks.map(({ block, outcome, duration }) => ({
      line: block.line,
      task: block.taskId,
      command: block.text,
      duration: Math.round(duration),
      ...outcome,
    })),
  };
}

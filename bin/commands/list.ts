import { labs } from '../../labs/catalogue.ts';
import { progressOf, readPassedTasks } from '../../lib/progress/tasks.ts';
import { openTargets } from '../../lib/engine/targets.ts';
import type { Action } from '../context.ts';

const list: Action<{ json?: boolean }> = async ({ output }, _args, { json }) => {
  const all = await openTargets();
  const rows = await Promise.all(
    labs.map(async (lab) => {
      const up = await Promise.all(all.map((target) => target.isUp(lab)));
      const progress = await Promise.all(
        all.map(async (target) => ({
          on: target.name,
          done: progressOf(lab, await readPassedTasks(target.folderOf(lab))).done,
        })),
      );
      return { lab, on: all.filter((_, index) => up[index]).map(({ name }) => name), progress };
    }),
  );
  if (json) {
    const data = rows.map(({ lab, on, progress }) => ({
      id: lab.id,
      title: lab.title,
      environment: lab.environment.id,
      stack: lab.environment.stack,
      minutes: lab.minutes,
      tasks: lab.tasks.map(({ id, kind, title, claims }) => ({ id, kind, title, claims })),
      up: on.length > 0,
      on,
      progress: progress.map(({ on: target, done }) => ({ on: target, done: done.map(({ id }) => id) })),
    }));
    output.line(JSON.stringify(data, undefined, 2));
    return;
  }
  const width = columnOf(labs);
  const taskWidth = columnOf(labs.flatMap(({ tasks }) => tasks));
  for (const { lab, on, progress } of rows) {
    const { bold, dim, green } = output.colors;
    const count = (done: number) => output.message('tasks', { done, all: lab.tasks.length });
    // Begun on several targets at once: each has its own.
    const begun = progress.filter(({ done }) => done.length > 0);
    const counts = begun.map(({ on: name, done }) =>
      begun.length > 1 ? `${count(done.length)} (${name})` : count(done.length),
    );
    const facts = [
      output.message('minutes', { minutes: lab.minutes }),
      on.length > 0 ? green(output.message('up', { targets: on.join(', ') })) : dim(output.message('notUp')),
      ...(on.length > 0 && counts.length === 0 ? [count(0)] : counts),
    ];
    output.line(`${bold(lab.id.padEnd(width))}${output.text(lab.title)} (${facts.join(', ')})`);
    for (const task of lab.tasks) {
      const mark = begun.some(({ done }) => done.includes(task)) ? `  ${green('✔')}` : '';
      output.line(`  ${task.id.padEnd(taskWidth)}${output.text(task.title)}${mark}`);
    }
  }
};

/** How wide a column of IDs is, with the space after it. */
const columnOf = (named: readonly { id: string }[]): number => Math.max(...named.map(({ id }) => id.length)) + 2;

export default list;

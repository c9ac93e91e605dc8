import { labs } from '../../labs/catalogue.ts';
import { targets, type Action } from '../context.ts';

const list: Action<{ json?: boolean }> = async ({ output }, _args, { json }) => {
  const all = await targets();
  const rows = await Promise.all(
    labs.map(async (lab) => {
      const up = await Promise.all(all.map((target) => target.isUp(lab)));
      return { lab, on: all.filter((_, index) => up[index]).map(({ name }) => name) };
    }),
  );
  if (json) {
    const data = rows.map(({ lab, on }) => ({
      id: lab.id,
      title: lab.title,
      environment: lab.environment.id,
      stack: lab.environment.stack,
      minutes: lab.minutes,
      tasks: lab.tasks.map(({ id, kind, title, claims }) => ({ id, kind, title, claims })),
      up: on.length > 0,
      on,
    }));
    output.line(JSON.stringify(data, undefined, 2));
    return;
  }
  const width = Math.max(...labs.map(({ id }) => id.length)) + 2;
  for (const { lab, on } of rows) {
    const state =
      on.length > 0
        ? output.colors.green(output.message('up', { targets: on.join(', ') }))
        : output.colors.dim(output.message('notUp'));
    const facts = [output.message('minutes', { minutes: lab.minutes }), state].join(', ');
    output.line(`${output.colors.bold(lab.id.padEnd(width))}${output.text(lab.title)} (${facts})`);
    for (const task of lab.tasks) output.line(`  ${task.id.padEnd(16)}${output.text(task.title)}`);
  }
};
export default list;

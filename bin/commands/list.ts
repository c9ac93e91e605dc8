import { labs } from '../../labs/catalogue.ts';
import { targetOf, type Action } from '../context.ts';

const list: Action<{ json?: boolean }> = async ({ output }, _args, { json }) => {
  const target = await targetOf('local');
  const rows = await Promise.all(labs.map(async (lab) => ({ lab, up: await target.isUp(lab) })));
  if (json) {
    const data = rows.map(({ lab, up }) => ({
      id: lab.id,
      title: lab.title,
      environment: lab.environment.id,
      stack: lab.environment.stack,
      minutes: lab.minutes,
      tasks: lab.tasks.map(({ id, kind, title, claims }) => ({ id, kind, title, claims })),
      up,
    }));
    output.line(JSON.stringify(data, undefined, 2));
    return;
  }
  const width = Math.max(...labs.map(({ id }) => id.length)) + 2;
  for (const { lab, up } of rows) {
    const state = up ? output.colors.green(output.message('up')) : output.colors.dim(output.message('notUp'));
    const facts = [output.message('minutes', { minutes: lab.minutes }), state].join(', ');
    output.line(`${output.colors.bold(lab.id.padEnd(width))}${output.text(lab.title)} (${facts})`);
    for (const task of lab.tasks) output.line(`  ${task.id.padEnd(16)}${output.text(task.title)}`);
  }
};
export default list;

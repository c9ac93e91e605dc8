import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { readInput } from '../lib/translate/input/read-input.ts';
import { outputText } from '../lib/translate/output/files.ts';
import { translate } from '../lib/translate/translate.ts';
import { median, secondsOf } from './measure.ts';
import type { Row } from './row.ts';

const containers = 3;

/** A task definition with several containers, as the AWS CLI prints it. */
const taskDefinition = JSON.stringify({
  taskDefinition: {
    family: 'measured',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '1024',
    memory: '2048',
    containerDefinitions: Array.from({ length: containers }, (_, index) => ({
      name: `container-${index}`,
      image: `example.com/app:${index}`,
      portMappings: [{ containerPort: 8080 + index }],
      environment: Array.from({ length: 20 }, (__, number) => ({
        name: `NAME_${number}`,
        value: `$(value) ${number}`,
      })),
      secrets: [{ name: 'SECRET', valueFrom: `arn:aws:ssm:ap-northeast-1:111122223333:parameter/app/${index}` }],
      healthCheck: { command: ['CMD-SHELL', `curl -f http://localhost:${8080 + index}/ || exit 1`], startPeriod: 20 },
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/app' } },
    })),
  },
});

const translated = (): string =>
  outputText(translate(readInput([{ name: 'task.json', text: taskDefinition }])), 'yaml', 'ja');

/**
 * How long a translation takes: as a command, from start to end, and a hundred in one process.
 *
 * @param command the `labs` program
 */
export async function translateRows(command: string, runs: number, scratch: string): Promise<readonly Row[]> {
  const file = path.join(scratch, 'task.json');
  await writeFile(file, taskDefinition);
  const asCommand = () => secondsOf(() => execa('node', [command, 'translate', file]));
  // The first one compiles.
  await asCommand();
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push(await asCommand());
  const hundred = await secondsOf(() => {
    for (let number = 0; number < 100; number += 1) translated();
    return Promise.resolve();
  });
  const row = (what: string, seconds: number, budget: number): Row => ({
    what,
    measured: `${seconds.toFixed(3)} s`,
    against: '–',
    result: seconds * 1000,
    budget,
    unit: 'ms',
  });
  return [row('labs translate FILE', median(times), 300), row('100 translations', hundred, 3000)];
}

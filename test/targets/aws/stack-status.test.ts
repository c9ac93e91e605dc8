import { StackStatus } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../../lib/core/errors.ts';
import { conditionOf } from '../../../lib/targets/aws/stack-status.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';
import { defaults, sample, World } from './world.ts';

/** What `labs up` and `labs down` do with the stack of a lab that is up, and what `up` does where no lab is yet. */
type Behaviour = readonly [status: string, again: string, first: string, down: string];

const deploys = 'deploys';
const uses = 'uses it';
const removes = 'removes it';
const waits = 'says: at work';
const onlyRemove = 'says: only delete';
const rollback = 'says: roll back';

/** Each status of CloudFormation. */
const table: readonly Behaviour[] = [
  ['CREATE_COMPLETE', uses, deploys, removes],
  ['CREATE_FAILED', onlyRemove, onlyRemove, removes],
  ['CREATE_IN_PROGRESS', waits, waits, removes],
  ['DELETE_COMPLETE', deploys, deploys, 'nothing to remove'],
  ['DELETE_FAILED', 'says: not all deleted', 'says: not all deleted', removes],
  ['DELETE_IN_PROGRESS', waits, waits, 'waits for the deletion'],
  ['IMPORT_COMPLETE', uses, deploys, removes],
  ['IMPORT_IN_PROGRESS', waits, waits, waits],
  ['IMPORT_ROLLBACK_COMPLETE', uses, deploys, removes],
  ['IMPORT_ROLLBACK_FAILED', 'says: import', 'says: import', removes],
  ['IMPORT_ROLLBACK_IN_PROGRESS', waits, waits, waits],
  ['REVIEW_IN_PROGRESS', deploys, deploys, removes],
  ['ROLLBACK_COMPLETE', onlyRemove, onlyRemove, removes],
  ['ROLLBACK_FAILED', onlyRemove, onlyRemove, removes],
  ['ROLLBACK_IN_PROGRESS', waits, waits, waits],
  ['UPDATE_COMPLETE', uses, deploys, removes],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', waits, waits, waits],
  ['UPDATE_FAILED', rollback, rollback, removes],
  ['UPDATE_IN_PROGRESS', waits, waits, waits],
  ['UPDATE_ROLLBACK_COMPLETE', uses, deploys, removes],
  ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', waits, waits, waits],
  ['UPDATE_ROLLBACK_FAILED', rollback, rollback, removes],
  ['UPDATE_ROLLBACK_IN_PROGRESS', waits, waits, waits],
];

test('the table has every status of the SDK', () => {
  expect(table.map(([status]) => status)).toEqual(Object.values(StackStatus).sort());
});

test('a status that the SDK does not know yet is not taken for broken', () => {
  expect([conditionOf('REFACTOR_IN_PROGRESS').kind, conditionOf('REFACTOR_COMPLETE').kind]).toEqual(['busy', 'whole']);
});

let folder: string;
let world: World;
beforeEach(async () => {
  folder = await temporaryFolder('aws');
  world = new World(folder);
  world.cdk = ([verb]) => {
    world.status = verb === 'deploy' ? 'CREATE_COMPLETE' : undefined;
    return 0;
  };
});
afterEach(() => removeFolder(folder));

/** What a command does, in one of the words of the table. */
async function behaviour(run: () => Promise<unknown>): Promise<string> {
  world.done.length = 0;
  try {
    const said = await run();
    if (world.done.some((line) => line.startsWith('cdk deploy'))) return deploys;
    if (world.done.some((line) => line.startsWith('cdk destroy'))) return removes;
    if (JSON.stringify(said).includes('the stack is gone already')) return 'nothing to remove';
    return uses;
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    const { message } = error;
    // Each sentence says what to do.
    expect(message).toMatch(/labs down|Wait until it has finished/);
    if (/is at work on stack EksEc2/.test(message)) return waits;
    if (/npx cdk rollback EksEc2/.test(message)) return rollback;
    if (/can only be deleted/.test(message)) return onlyRemove;
    if (/import of resources/.test(message)) return 'says: import';
    return /not all of it/.test(message) ? 'says: not all deleted' : message;
  }
}

describe.each(table)('of a stack that is %s', (status, again, first, down) => {
  test(`labs up of a lab that is up: ${again}`, async () => {
    await world.up();
    world.status = status;
    expect(await behaviour(async () => world.run(await world.target.up(sample, defaults)))).toBe(again);
  });

  test(`labs up after an interruption: ${first}`, async () => {
    await world.up();
    await world.forgetLabs();
    world.status = status;
    expect(await behaviour(async () => world.run(await world.target.up(sample, defaults)))).toBe(first);
  });

  test(`labs down: ${down}`, async () => {
    await world.up();
    world.status = status;
    if (status === 'DELETE_IN_PROGRESS') {
      const describeStacks = world.aws.answers['cloudformation.DescribeStacks']!;
      let asked = 0;
      world.aws.answers = {
        ...world.aws.answers,
        'cloudformation.DescribeStacks': (input) => {
          if (++asked > 3) world.status = undefined;
          return describeStacks(input);
        },
      };
      await world.down();
      expect(world.done.filter((line) => line.startsWith('cdk destroy'))).toEqual([]);
      expect(await world.record()).toBeUndefined();
      return;
    }
    expect(await behaviour(() => world.down())).toBe(down);
  });

  test('labs list says what this machine remembers, without a call', async () => {
    await world.up();
    world.status = status;
    const { length } = world.aws.calls;
    expect(await world.target.isUp(sample)).toBe(true);
    expect(world.aws.calls).toHaveLength(length);
  });
});

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { labsCommand, nodeCommand } from '../../lib/model/labs-command.ts';

const sudo = 'sudo env "PATH=$PATH" npx labs';

/** Makes this process one of that user. `throughSudo` names the person who called sudo. */
function be(uid: number, throughSudo?: string): void {
  jest.spyOn(process, 'getuid').mockReturnValue(uid);
  if (throughSudo === undefined) delete process.env.SUDO_UID;
  else Object.assign(process.env, { SUDO_UID: throughSudo, SUDO_GID: throughSudo });
}

const before = { ...process.env };
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

describe('for a person who is not root, a labs command', () => {
  test.each([
    ['names no target for local', labsCommand('up', 'web', 'local'), 'npx labs up web'],
    ['names every other target', labsCommand('check', 'web', 'aws'), 'npx labs check web --on aws'],
    [
      'has arguments before the target, and flags after it',
      labsCommand('answer', 'web', 'aws', { args: ['owners', 'VALUE'], flags: ['--json'] }),
      'npx labs answer web owners VALUE --on aws --json',
    ],
    [
      'quotes what the shell would change',
      labsCommand('answer', 'web', 'local', { args: ['owners', "it's $HOME"] }),
      String.raw`npx labs answer web owners 'it'\''s $HOME'`,
    ],
    ['is called as the terminal calls it', labsCommand('guide', 'web', 'local', { program: 'labs' }), 'labs guide web'],
  ])('%s', (_, command, expected) => {
    be(1000);
    expect(command).toBe(expected);
  });

  test.each(['up', 'reset', 'down', 'break', 'mend', 'rehearse'])('%s has sudo on linux, and there only', (verb) => {
    be(1000);
    expect(labsCommand(verb, 'web', 'linux')).toBe(`${sudo} ${verb} web --on linux`);
    expect(labsCommand(verb, 'web', 'aws')).toBe(`npx labs ${verb} web --on aws`);
  });

  test.each(['env', 'guide', 'check', 'answer'])('%s has no sudo', (verb) => {
    be(1000);
    expect(labsCommand(verb, 'web', 'linux')).toBe(`npx labs ${verb} web --on linux`);
  });

  test('on a node has sudo', () => {
    be(1000);
    expect(nodeCommand('worker-1', ['--start'])).toBe(`${sudo} node worker-1 --start`);
  });
});

test('a person who called sudo types it again', () => {
  // A user that every system has.
  be(0, '1');
  expect(labsCommand('down', 'web', 'linux')).toBe(`${sudo} down web --on linux`);
});

test('root needs no sudo', () => {
  be(0);
  expect(labsCommand('down', 'web', 'linux')).toBe('npx labs down web --on linux');
});

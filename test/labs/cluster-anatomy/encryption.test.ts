import { describe, expect, test } from '@jest/globals';
import { writingOf } from '../../../labs/cluster-anatomy/encryption.ts';
import { kubeadmFiles } from '../../../lib/self-managed/kubeadm-config.ts';

const secretbox = '{secretbox: {keys: [{name: key1, secret: c2VjcmV0}]}}';
const configuration = (...rules: readonly string[]) =>
  `kind: EncryptionConfiguration\nresources: [${rules.join(', ')}]\n`;
const rule = (resources: string, ...providers: readonly string[]) =>
  `{resources: [${resources}], providers: [${providers.join(', ')}]}`;

describe('what an EncryptionConfiguration does with a resource', () => {
  test.each([
    ['encrypted', configuration(rule('secrets, configmaps', secretbox, '{identity: {}}'))],
    ['encrypted', configuration(rule('secrets', '{identity: {}}'), rule('configmaps', secretbox))],
    ['plain', configuration(rule('secrets, configmaps', '{identity: {}}', secretbox))],
    ['plain', configuration(rule('configmaps', '{identity: {}}'), rule('configmaps', secretbox))],
    ['plain', configuration(rule('configmaps'))],
    ['not named', configuration(rule('secrets', secretbox))],
    ['not named', configuration()],
    ['not named', ''],
  ])('%s', (writing, yaml) => {
    expect(writingOf('configmaps', yaml)).toBe(writing);
  });

  test('a new cluster encrypts Secrets and no ConfigMaps', () => {
    const options = {
      clusterName: 'a',
      release: '1.36.3',
      endpoint: 'a',
      podCidr: '10.1.0.0/16',
      serviceCidr: '10.2.0.0/16',
    };
    const yaml = kubeadmFiles(options)['encryption.yaml']!;
    expect(writingOf('secrets', yaml)).toBe('encrypted');
    expect(writingOf('configmaps', yaml)).toBe('not named');
  });
});

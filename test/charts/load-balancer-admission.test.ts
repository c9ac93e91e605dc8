import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { loadBalancerAdmission, loadBalancerAdmissionYaml } from '../../charts/load-balancer-admission.ts';

const yaml = loadBalancerAdmissionYaml();

test('is the YAML that was reviewed', () => {
  expect(yaml).toMatchSnapshot();
});

test('is the same for AWS, where CDK takes the chart, and for kubectl', () => {
  expect(loadBalancerAdmission().toJson()).toEqual(
    parseAllDocuments(yaml).map((document) => document.toJS() as unknown),
  );
});

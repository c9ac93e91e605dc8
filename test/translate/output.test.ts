import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import ts from 'typescript';
import { projectFolder } from '../../lib/platform/paths.ts';
import type { KubernetesObject } from '../../lib/translate/kubernetes-object.ts';
import { outputFiles, outputText } from '../../lib/translate/output/files.ts';
import { translate } from '../../lib/translate/translate.ts';
import { corpus } from './arbitrary-input.ts';
import { samples } from './samples.ts';

const objectsIn = (yaml: string): unknown[] =>
  parseAllDocuments(yaml, { version: '1.1' }).map((document) => document.toJS() as unknown);
const plain = (objects: readonly KubernetesObject[]): unknown => JSON.parse(JSON.stringify(objects)) as unknown;

test('YAML has the same objects, in both languages', () => {
  for (const input of [...Object.values(samples), ...corpus(25)]) {
    const translation = translate(input);
    for (const language of ['ja', 'en'] as const) {
      expect(objectsIn(outputText(translation, 'yaml', language))).toEqual(
        plain([...translation.objects, ...translation.addOns]),
      );
    }
  }
});

test('comments stand where something differs', () => {
  const yaml = outputText(translate(samples.web!), 'yaml', 'en');
  expect(yaml).toMatch(/# ECS deregisters a task and waits before SIGTERM;[^]*\n +lifecycle:\n/);
  expect(outputText(translate(samples.web!), 'yaml', 'ja')).toMatch(
    /# ECS は、ロードバランサーから外して[^]*\n +lifecycle:\n/,
  );
});

test('files are named after kinds; those of operators have a folder', () => {
  expect(outputFiles(translate(samples.web!), 'yaml', 'en').map(({ name }) => name)).toEqual([
    'service-account.yaml',
    'deployment.yaml',
    'service.yaml',
    'network-policy.yaml',
    'pod-disruption-budget.yaml',
    'add-ons/secret-store.yaml',
    'add-ons/external-secret.yaml',
    'add-ons/target-group-binding.yaml',
  ]);
});

test('a chart of cdk8s compiles, and synthesizes the same objects', async () => {
  // Within the project, where the chart finds its packages.
  const folder = path.join(projectFolder, 'node_modules', '.cache', 'translate-test');
  await mkdir(folder, { recursive: true });
  try {
    const translations = [...Object.values(samples), ...corpus(5)].map((input) => translate(input));
    const files = await Promise.all(
      translations.map(async (translation, index) => {
        const file = path.join(folder, `chart-${index}.ts`);
        await writeFile(file, outputFiles(translation, 'cdk8s', 'ja')[0]!.content);
        return file;
      }),
    );
    const options = {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      types: ['node'],
      typeRoots: [path.join(projectFolder, 'node_modules', '@types')],
    };
    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(files, options));
    expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    for (const [index, translation] of translations.slice(0, 2).entries()) {
      await execa('node', ['--import', 'tsx', files[index]!], {
        cwd: projectFolder,
        env: { CDK8S_OUTDIR: path.join(folder, `out-${index}`) },
      });
      const name = translation.objects[0]!.metadata.name;
      const yaml = await readFile(path.join(folder, `out-${index}`, `${name}.k8s.yaml`), 'utf8');
      expect(objectsIn(yaml)).toEqual(
        expect.arrayContaining(plain([...translation.objects, ...translation.addOns]) as unknown[]),
      );
      expect(objectsIn(yaml)).toHaveLength(translation.objects.length + translation.addOns.length);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);

import type { Language } from '../../core/text.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { Translation } from '../translate.ts';
import { cdk8sChartOf } from './cdk8s.ts';
import { yamlOfAll } from './yaml.ts';

/** The formats of the output. */
export const formats = ['yaml', 'cdk8s'] as const;

/** One of {@link formats}. */
export type Format = (typeof formats)[number];

/** A file of the output. */
export interface OutputFile {
  readonly name: string;
  readonly content: string;
}

/** How files of a kind of object are called: `deployment.yaml`, `service-account.yaml`. */
const fileNameOf = (kind: string): string =>
  kind.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** Objects by their kinds, in the order in which kinds first appear. */
const byKind = (objects: readonly KubernetesObject[]): readonly (readonly [string, readonly KubernetesObject[]])[] =>
  [...new Set(objects.map(({ kind }) => kind))].map((kind) => [kind, objects.filter((object) => object.kind === kind)]);

/** The name of the application: that of its workload. */
export const applicationNameOf = ({ objects }: Translation): string =>
  (objects.find(({ kind }) => ['Deployment', 'DaemonSet', 'Job', 'CronJob'].includes(kind)) ?? objects[0]!).metadata
    .name;

/**
 * The files of a translation: one for each kind of object, and those of operators and controllers in a folder of their
 * own; or one chart.
 */
export function outputFiles(translation: Translation, format: Format, language: Language): readonly OutputFile[] {
  const { objects, addOns, findings } = translation;
  if (format === 'cdk8s') {
    const name = applicationNameOf(translation);
    return [{ name: `${name}.ts`, content: cdk8sChartOf(name, [...objects, ...addOns], findings, language) }];
  }
  const files = (all: readonly KubernetesObject[], folder: string) =>
    byKind(all).map(([kind, ofKind]) => ({
      name: `${folder}${fileNameOf(kind)}.yaml`,
      content: yamlOfAll(ofKind, findings, language),
    }));
  return [...files(objects, ''), ...files(addOns, 'add-ons/')];
}

/** All of a translation in one text, for standard output. */
export function outputText(translation: Translation, format: Format, language: Language): string {
  if (format === 'cdk8s') return outputFiles(translation, format, language)[0]!.content;
  return yamlOfAll([...translation.objects, ...translation.addOns], translation.findings, language);
}

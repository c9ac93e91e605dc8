import { labOf, taskOf } from '../../labs/catalogue.ts';
import { readLabGuide } from '../../labs/guides.ts';
import { renderGuide, renderTask } from '../../lib/guide/render.ts';
import { kubernetesVersions } from '../../lib/versions.ts';
import { targetWith, type Action } from '../context.ts';

/** Wider lines are hard to read. */
const widest = 100;

/** Width where there is no terminal. */
const defaultWidth = 80;

const guide: Action<{ on?: string }> = async ({ output }, [id = '', taskId], { on }) => {
  const lab = labOf(id);
  if (taskId !== undefined) taskOf(lab, taskId);
  const target = await targetWith(lab, on);
  const kubernetes = (await target.remembered(lab))?.kubernetes ?? kubernetesVersions[0];
  const text = await readLabGuide(lab, output.language);
  const options = {
    target: target.name,
    kubernetes,
    language: output.language,
    width: process.stdout.isTTY ? Math.min(process.stdout.columns, widest) : defaultWidth,
    color: output.colors.isColorSupported,
  };
  output.line((taskId === undefined ? renderGuide(text, options) : renderTask(text, taskId, options)).trimEnd());
};
export default guide;

import { expect } from '@jest/globals';
import type { NearMisses } from '../../lib/model/near-miss.ts';

export const nearMisses: NearMisses = {
  wrongAnswers: { image: 'docker.io/library/nginx' },
  nearMisses: ({ run, hint }) => ({
    'the image without its tag': async () => {
      const image = await run('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}');
      expect(await hint('image', image)).toBe('(passed)');
      expect(await hint('image', image.split(':')[0])).toMatch(/^That is not the image\./);
    },
    'the ConfigMap in another namespace, and with another message': async () => {
      await run('create configmap greeting -n default --from-literal=message=hello');
      expect(await hint('greeting')).toMatch(/^There is no ConfigMap greeting in namespace my-lab\./);
      await run('delete configmap greeting -n default');
      await run('create configmap greeting --from-literal=message=bye');
      expect(await hint('greeting')).toBe('data.message of ConfigMap greeting is not hello.');
    },
  }),
};

// What runs beside a control plane that has Fargate profiles. Plain JavaScript, because it loads the rest.
import { load } from '../../../platform/load.mjs';

const { main } = await load('lib/targets/local/fargate/main.ts');
await main(process.argv.slice(2));

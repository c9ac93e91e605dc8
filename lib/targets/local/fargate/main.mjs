// What runs beside a control plane that has Fargate profiles. Plain JavaScript, because it registers the loader.
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));

import { playGuides } from './guide-suite.ts';

await playGuides(2);

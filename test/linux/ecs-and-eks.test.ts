import { jest } from '@jest/globals';
import { describeLabs } from './lab-suite.ts';

jest.setTimeout(30 * 60_000);

describeLabs('ecs-and-eks');

// Prints everything that the textbook gives to a shell, as JSON, for .ci/aws-commands.sh.
import { labs } from '../labs/catalogue.ts';
import { shellTexts } from '../lib/engine/shell-texts.ts';

console.log(JSON.stringify(await shellTexts(labs)));

// Prints everything that the textbook gives to a shell, as JSON, for .ci/aws-commands.sh.
import { shellTexts } from '../labs/shell-texts.ts';

console.log(JSON.stringify(await shellTexts()));

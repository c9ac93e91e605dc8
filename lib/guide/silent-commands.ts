import type { CommandBlock, ExpectedOutput } from './guide.ts';

/** Programs that print what they choose of their input: nothing, where nothing is there to choose. */
const filters = /^(grep|sed|awk|cut|sort|uniq|head|tail|tr|paste|jq)\b/;

/** Commands of kubectl that say what they did. */
const saying = /^kubectl (?:apply|create|delete|patch|scale|label|annotate|wait|cordon|uncordon|expose|taint)\b/;

/** What a line is made of that prints nothing itself, or whose printing depends on more than the line. */
const compound = /^(?:for|while|until|if|then|else|fi|case|esac|do|done|trap|exec|\{|\}|\w+=|[\w-]+\(\))|[;&<>]|^\s/;

/** A command without what stands in its quotes and substitutions, where `|` and `>` mean something else. */
const bare = (line: string): string =>
  line
    .replaceAll(/'[^']*'/g, "''")
    .replaceAll(/\$\([^()]*\)/g, '$()')
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/ 2>(?:&1| ?\/dev\/null)/g, '');

/** Whether a line of a block is a command that prints at least one line, if it does what its guide says. */
function prints(line: string): boolean {
  const command = bare(line);
  if (compound.test(command)) return false;
  const last = command.split('|').at(-1)!.trim();
  if (/^grep -\w*[qv]|--quiet/.test(last)) return false;
  // An object that has gone before is waited for without a word.
  if (last.includes('--for=delete')) return false;
  return saying.test(last) || (command.includes('|') && filters.test(last));
}

/** The lines of a block that begin a command: not those of a here document, or of a quoted text that goes on. */
function commandLines(text: string): readonly string[] {
  const withoutDocuments = text.replaceAll(/<<-?\s*'?(\w+)'?[\s\S]*?\n\s*\1$/gm, '<');
  const joined = withoutDocuments.replaceAll('\\\n', ' ');
  return joined.split('\n').filter((_, index, lines) => {
    const before = lines.slice(0, index).join('\n');
    return (before.match(/'/g) ?? []).length % 2 === 0;
  });
}

/**
 * Commands of a block of which one printed nothing, although each should: a filter that found nothing, for one. What the
 * prose says of its output would not be there. Undefined where the output has a line for each.
 */
export function silentCommands(block: CommandBlock, output: ExpectedOutput): readonly string[] | undefined {
  const printing = commandLines(block.text).filter(prints);
  const lines = output.text.split('\n').filter((line) => line.trim() !== '').length;
  return printing.length > lines ? printing : undefined;
}

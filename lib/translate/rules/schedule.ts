import { UsageError } from '../../core/errors.ts';
import { approximate } from '../finding.ts';
import { rule, type Rules } from '../rule.ts';

/** A schedule of EventBridge as one of a CronJob; `lost` has what could not be kept. */
interface CronSchedule {
  readonly schedule: string;
  readonly lost?: 'year' | 'rate';
}

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

const invalid = (expression: string, ja: string, en: string): UsageError =>
  new UsageError({
    ja: `スケジュール「${expression}」は CronJob にできません。${ja}`,
    en: `The schedule '${expression}' can't be one of a CronJob. ${en}`,
  });

/** Days of the week are 1 to 7 in EventBridge, from Sunday, and 0 to 6 in cron. Names are the same. */
const dayOfWeek = (field: string): string => field.replaceAll(/(?<![#/\d])\d(?!\d)/g, (day) => String(Number(day) - 1));

/**
 * Translates `cron(…)`, `rate(…)` and `at(…)`.
 *
 * @see Amazon EventBridge Scheduler User Guide, "Schedule types" (read November 2026)
 * @throws UsageError for an expression that no CronJob can have
 */
export function cronScheduleOf(expression: string): CronSchedule {
  const [, kind, body = ''] = /^\s*(cron|rate|at)\((.*)\)\s*$/.exec(expression) ?? [];
  if (kind === 'cron') {
    const fields = body.trim().split(/\s+/);
    if (fields.length !== 6) {
      throw invalid(
        expression,
        'cron(…) には 6 つのフィールドが必要です: cron(0 3 * * ? *)',
        'cron(…) takes six fields: cron(0 3 * * ? *).',
      );
    }
    const [minute, hour, dayOfMonth, month, weekday, year] = fields as [string, string, string, string, string, string];
    if (/[LW#]/.test(dayOfMonth) || /#|L/.test(weekday.replaceAll(/[A-Z]{3}/gi, ''))) {
      throw invalid(
        expression,
        'L、W、# は API サーバーが拒否します。毎日動かし、日付をコマンドの中で確かめてください。',
        'The API server refuses L, W and #. Run it every day, and look at the date in the command.',
      );
    }
    const days = weekday === '?' ? '*' : dayOfWeek(weekday);
    const schedule = [minute, hour, dayOfMonth === '?' ? '*' : dayOfMonth, month, days].join(' ');
    return year === '*' ? { schedule } : { schedule, lost: 'year' };
  }
  if (kind === 'rate') {
    const [, value = '', unit = ''] = /^\s*(\d+)\s+(minute|hour|day)s?\s*$/.exec(body) ?? [];
    const minutes = Number(value) * (minutesOf[unit] ?? 0);
    if (minutes > 0) {
      if (minutes < 60 && 60 % minutes === 0) return { schedule: minutes === 1 ? '* * * * *' : `*/${minutes} * * * *` };
      if (minutes % 60 === 0 && minutes < 1440 && 24 % (minutes / 60) === 0)
        return { schedule: minutes === 60 ? '0 * * * *' : `0 */${minutes / 60} * * *` };
      if (minutes === 1440) return { schedule: '0 0 * * *' };
      if (minutes < 60) return { schedule: `*/${minutes} * * * *`, lost: 'rate' };
      throw invalid(
        expression,
        'この間隔は、時や日をまたぐと揃いません。時刻を決めて cron(…) で指定してください。',
        'Cron begins again each hour and day, which this interval does not divide. Choose times, and give them as cron(…).',
      );
    }
  }
  throw invalid(
    expression,
    kind === 'at'
      ? 'at(…) は 1 回だけです。--once で Job にします。'
      : 'cron(0 3 * * ? *) か rate(5 minutes) の形で指定します。',
    kind === 'at' ? 'at(…) is for once: make a Job, with --once.' : 'Give it as cron(0 3 * * ? *) or rate(5 minutes).',
  );
}

/** When tasks run. */
export const scheduleRules: Rules = {
  'schedule.expression': rule<string>(({ value }) => {
    const { schedule, lost } = cronScheduleOf(value);
    return approximate(
      `schedule: "${schedule}" になります。曜日は EventBridge の 1–7 から 0–6 に変えました。${lost === 'year' ? '年の条件はなくなります。' : lost === 'rate' ? '1 時間を割り切れない間隔なので、毎時 0 分に数え直されます。' : ''}前の Job が終わっていなければ、次は始めません（concurrencyPolicy: Forbid）。`,
      `It is schedule "${schedule}": days of the week are 0 to 6 here, and 1 to 7 in EventBridge.${lost === 'year' ? ' The year is lost.' : lost === 'rate' ? ' The interval does not divide an hour, so counting begins again at each full hour.' : ''} None begins while the last one runs (concurrencyPolicy Forbid).`,
      { todo: lost === undefined ? 'nothing' : 'decide', to: 'workload.spec.schedule', lab: 'workloads' },
    );
  }),
  'schedule.timeZone': approximate('timeZone になります。', 'It is timeZone.', {
    to: 'workload.spec.timeZone',
    lab: 'workloads',
  }),
};

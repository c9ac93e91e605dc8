import type { StackStatus } from '@aws-sdk/client-cloudformation';
import type { Text } from '../../core/text.ts';

/** What a status of a stack means for what the labs can do with it. */
export type StackCondition =
  /** It is deleted. */
  | { readonly kind: 'gone' }
  /** A change set that nobody executed: it has no resource yet. */
  | { readonly kind: 'empty' }
  /** CloudFormation is at work. */
  | { readonly kind: 'busy'; /** Whether it may be deleted now. */ readonly deletable: boolean }
  /** It is whole, and can be updated and deleted. */
  | { readonly kind: 'whole' }
  /** An operation failed and left something half-done. */
  | {
      readonly kind: 'broken';
      readonly meaning: Text;
      /** Whether `cdk rollback` brings it back to the last state that was whole. */
      readonly rollback: boolean;
    };

const whole: StackCondition = { kind: 'whole' };
const busy: StackCondition = { kind: 'busy', deletable: false };
const notMade: StackCondition = {
  kind: 'broken',
  meaning: {
    ja: '作成に失敗していて、削除するしかありません',
    en: 'it could not be made, and such a stack can only be deleted',
  },
  rollback: false,
};

/**
 * Every status that CloudFormation knows. An SDK with another one does not compile here.
 *
 * @see AWS CloudFormation API Reference, "Stack", StackStatus (read November 2026)
 */
const conditions: Readonly<Record<StackStatus, StackCondition>> = {
  CREATE_COMPLETE: whole,
  CREATE_FAILED: notMade,
  CREATE_IN_PROGRESS: { kind: 'busy', deletable: true },
  DELETE_COMPLETE: { kind: 'gone' },
  DELETE_FAILED: {
    kind: 'broken',
    meaning: { ja: '削除できなかったものが残っています', en: 'not all of it could be deleted' },
    rollback: false,
  },
  DELETE_IN_PROGRESS: busy,
  IMPORT_COMPLETE: whole,
  IMPORT_IN_PROGRESS: busy,
  // What was to be imported was not; the stack is as before.
  IMPORT_ROLLBACK_COMPLETE: whole,
  IMPORT_ROLLBACK_FAILED: {
    kind: 'broken',
    meaning: {
      ja: 'リソースのインポートにも、元に戻すことにも失敗しました',
      en: 'neither an import of resources nor the way back went through',
    },
    rollback: false,
  },
  IMPORT_ROLLBACK_IN_PROGRESS: busy,
  REVIEW_IN_PROGRESS: { kind: 'empty' },
  ROLLBACK_COMPLETE: notMade,
  ROLLBACK_FAILED: notMade,
  ROLLBACK_IN_PROGRESS: busy,
  UPDATE_COMPLETE: whole,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: busy,
  UPDATE_FAILED: {
    kind: 'broken',
    meaning: {
      ja: '更新に失敗し、元に戻されていません',
      en: 'its update failed, and was not rolled back',
    },
    rollback: true,
  },
  UPDATE_IN_PROGRESS: busy,
  // The update failed; the stack is as before.
  UPDATE_ROLLBACK_COMPLETE: whole,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: busy,
  UPDATE_ROLLBACK_FAILED: {
    kind: 'broken',
    meaning: {
      ja: '更新にも、元に戻すことにも失敗しました',
      en: 'neither its update nor the way back went through',
    },
    rollback: true,
  },
  UPDATE_ROLLBACK_IN_PROGRESS: busy,
};

/** What a stack's status means. One that this SDK does not know is left to CloudFormation. */
export const conditionOf = (status: string): StackCondition =>
  (conditions as Readonly<Record<string, StackCondition>>)[status] ?? (status.endsWith('_IN_PROGRESS') ? busy : whole);

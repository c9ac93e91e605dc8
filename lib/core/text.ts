/** Languages of everything a learner reads. Japanese is the original. */
export const languages = ['ja', 'en'] as const;

/** One of {@link languages}. */
export type Language = (typeof languages)[number];

/** One sentence (or title) in every language of the textbook. */
export type Text = Readonly<Record<Language, string>>;

/** The languages of everything that learners read. Japanese is the original. */
export const languages = ['ja', 'en'] as const;

/** One of {@link languages}. */
export type Language = (typeof languages)[number];

/** A sentence or a title in every language of the textbook. */
export type Text = Readonly<Record<Language, string>>;

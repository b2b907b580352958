"""Every limit, in one file; spec/limits.json has the same numbers for both languages (a test compares)."""

from typing import Final

ACCOUNTS_PER_BOOK: Final = 500  # accounts of one book
AMOUNT_MINOR: Final = 100_000_000_000_000  # largest amount in minor units that is written, either sign
BODY_BYTES: Final = 1_000_000  # bytes of a request body other than a file
BOOK_QUEUE: Final = 2_000  # writes waiting for one book
BOOKS_PER_PERSON: Final = 50  # books that one person may own
BUDGETS_PER_BOOK: Final = 500  # budgets of one book
CATEGORIES_PER_BOOK: Final = 1_000  # categories of one book
DEVICES_PER_BOOK: Final = 1_000  # devices that ever wrote to one book
FILTERS_PER_BOOK: Final = 200  # saved filters of one book
GROUP_COMMIT: Final = 64  # writes that share one database transaction
IMPORT_BYTES: Final = 20_000_000  # bytes of an imported file
IMPORT_ROWS: Final = 50_000  # rows of an imported file
KEY_CACHE: Final = 10_000  # opened data keys kept in memory
LINES: Final = 100  # lines of one transaction
LOCK_TIMEOUT_MS: Final = 10_000  # longest wait for a book's row in the database
MEMBERS_PER_BOOK: Final = 50  # members of one book
MUTATION_DAYS: Final = 180  # days that mutations and tombstones are kept
PAGE_ITEMS: Final = 100  # items of a list page when none is asked for
PAGE_ITEMS_MAX: Final = 500  # items of a list page
PAYEES_PER_BOOK: Final = 50_000  # payees of one book
PULL_ROWS: Final = 1_000  # rows of one pull page
PUSH_BYTES: Final = 1_000_000  # bytes of one push body
PUSH_MUTATIONS: Final = 50  # mutations in one push
PUSH_OPERATIONS: Final = 500  # operations in one push
READ_TIMEOUT_MS: Final = 30_000  # longest statement of a read
REPORT_BUCKETS: Final = 4_000  # buckets of one report
SCHEDULES_PER_BOOK: Final = 500  # schedules of one book
SEARCH_TEXTS: Final = 20_000  # sealed texts opened, newest first, for one search
SELECTED: Final = 20_000  # transactions that one edit of several changes
SNAPSHOT_NEWEST: Final = 100  # transactions that the first page of a snapshot of many shows
SNAPSHOT_ROWS: Final = 5_000  # rows of one snapshot page
TAGS: Final = 20  # tags of one transaction
TAGS_PER_BOOK: Final = 1_000  # tags of one book
TEMPLATES_PER_BOOK: Final = 500  # templates of one book
TEXT_KEY: Final = 200  # characters of a search key
WRITE_QUEUE: Final = 10_000  # writes waiting in one process
WRITE_TIMEOUT_MS: Final = 30_000  # longest statement of a write
